namespace Orrery.Serving;

/// <summary>Methods of Python models, which are their outputs' names as MLServer names them.</summary>
internal static class PythonMethods
{
    public const string Predict = "predict";
    public const string Probabilities = "predict_proba";

    // What models in other formats call the same.
    private const string AlsoProbabilities = "probabilities";

    private static readonly string[] Names = [Predict, Probabilities, "decision_function", "transform"];

    /// <summary>A method's bit in a call; 0 for none that is known.</summary>
    public static byte Bit(string name)
    {
        var place = Array.IndexOf(Names, Own(name));
        return place < 0 ? (byte)0 : (byte)(1 << place);
    }

    /// <summary>The method that an output's name stands for.</summary>
    public static string Own(string name) => name == AlsoProbabilities ? Probabilities : name;
}
