using System.Globalization;

namespace Orrery.Serving;

/// <summary>What a version said of some rows.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Outputs">In the model's order; 1 or more.</param>
public sealed record Scores(int Count, IReadOnlyList<ScoreOutput> Outputs)
{
    private static readonly string[] Named = ["probabilities", "predict_proba", "output_probability", "probability"];

    /// <summary>
    /// Probabilities of the classes, [rows, classes], in the order of the sorted classes (as scikit-learn keeps <c>classes_</c>): the output that is
    /// named so, or else the only one of several numbers a row. Null for a regressor, or a classifier that gives labels alone.
    /// </summary>
    public ScoreOutput? Probabilities => Outputs.FirstOrDefault(static one => one.Numbers is not null && Named.Contains(one.Name))
        ?? (Outputs.Where(static one => one.Numbers is not null && one.Width > 1).ToList() is [var only] ? only : null);

    /// <summary>Predicted values or labels: the first output of one element a row that is not <see cref="Probabilities"/>; null when there is none.</summary>
    public ScoreOutput? Predictions
    {
        get
        {
            var probabilities = Probabilities;
            return Outputs.FirstOrDefault(one => one.Width == 1 && one != probabilities);
        }
    }

    /// <summary>Labels as texts, one a row: whole numbers without a point; null when there are no <see cref="Predictions"/>.</summary>
    public string[]? Labels => Predictions is not { } predictions
        ? null
        : predictions.Texts ?? [.. predictions.Numbers!.Select(static value => value.ToString("R", CultureInfo.InvariantCulture))];
}
