namespace Orrery.Governance;

/// <summary>How an explained number follows from a raw output: <c>identity</c>, <c>complement</c> (1 - m), <c>sigmoid</c>, <c>sigmoid_negative</c> or <c>softmax</c>.</summary>
/// <param name="Name">Of these.</param>
/// <param name="Output">Which raw output.</param>
/// <param name="Sign">1, or -1 where the explained number falls when the raw output rises.</param>
/// <param name="Shift">Added to the raw output after the sign.</param>
internal sealed record MarginLink(string Name, int Output, double Sign, double Shift)
{
    private const double Tolerance = 2e-5;

    /// <summary>Whether the raw output is the explained number itself.</summary>
    public bool IsIdentity => Name is "identity" or "complement";

    /// <summary>Finds the link that turns raw outputs into a model's numbers, by comparing them; null when none does for all rows.</summary>
    /// <param name="margins">Raw outputs of each row.</param>
    /// <param name="answers">What the model said of each row.</param>
    /// <param name="column">Which of the model's outputs was asked for.</param>
    public static MarginLink? Find(IReadOnlyList<double[]> margins, IReadOnlyList<double> answers, int column)
    {
        var outputs = margins[0].Length;
        var output = Math.Min(column, outputs - 1);
        MarginLink[] candidates =
        [
            new("identity", output, 1, 0),
            new("complement", output, -1, 1),
            new("sigmoid", output, 1, 0),
            new("sigmoid_negative", output, -1, 0),
            new("softmax", output, 1, 0),
        ];
        return candidates.FirstOrDefault(link => Enumerable.Range(0, answers.Count).All(row => IsNear(link.Apply(margins[row]), answers[row])));
    }

    /// <summary>The number that raw outputs give.</summary>
    public double Apply(double[] margins)
    {
        var margin = (Sign * margins[Output]) + Shift;
        return Name switch
        {
            "sigmoid" or "sigmoid_negative" => 1 / (1 + Math.Exp(-margin)),
            "softmax" => 1 / margins.Sum(other => Math.Exp(other - margins[Output])),
            _ => margin,
        };
    }

    /// <summary>An explanation of the raw output as one of this link's scale.</summary>
    public RowExplanation Turn(RowExplanation raw) => Sign > 0 && Shift == 0
        ? raw
        : new((Sign * raw.BaseValue) + Shift, Array.ConvertAll(raw.Values, value => value == 0 ? 0 : Sign * value), (Sign * raw.Prediction) + Shift);

    // The model adds up in single precision.
    private static bool IsNear(double ours, double theirs) => double.IsFinite(theirs) && Math.Abs(ours - theirs) <= Tolerance * Math.Max(1, Math.Abs(theirs));
}
