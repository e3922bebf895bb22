namespace Orrery.Serving;

/// <summary>An output of a version for some rows.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Width">Elements of a row; 1 or more.</param>
/// <param name="Numbers">Row-major, [rows, width]; null where <paramref name="Texts"/> is there.</param>
/// <param name="Texts">Row-major, [rows, width]; null where <paramref name="Numbers"/> is there.</param>
public sealed record ScoreOutput(string Name, int Width, double[]? Numbers, string[]? Texts)
{
    internal static ScoreOutput Of(Tensor tensor, int rows)
    {
        var width = OutputColumn.Of(tensor, rows).Width;
        if (tensor.Type is not DataType.BYTES)
            return new(tensor.Name, width, ScoreNumbers.Of(tensor), null);
        var texts = new string[tensor.Texts];
        for (var index = 0; index < texts.Length; index++)
            texts[index] = System.Text.Encoding.UTF8.GetString(tensor.Text(index));
        return new(tensor.Name, width, null, texts);
    }
}
