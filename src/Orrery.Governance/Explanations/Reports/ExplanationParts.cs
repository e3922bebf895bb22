using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>The parts of a report beside Shapley values.</summary>
internal sealed class ExplanationParts(ExplainedVersion subject, ExplanationSpec spec, int seed)
{
    private const string Code = "governance.explanation_data";
    private const int MostEffectRows = 500;
    private const int MostIceRows = 20;

    /// <summary>Permutation importance over all rows; null without a label.</summary>
    public async ValueTask<Result<PermutationReport?>> PermutationAsync(ExplanationData data, CancellationToken cancel)
    {
        if (data.Labels is null)
            return (PermutationReport?)null;
        if (Metric(data.Labels).Failed(out var refused, out var metric) || Groups().Failed(out refused, out var groups))
            return refused;
        var repeats = spec.Repeats ?? ExplanationRules.DefaultRepeats;
        var measured = await PermutationImportance.MeasureAsync(subject.Score, data.Rows, metric.Of, [.. groups.Select(static group => group.Columns)], repeats, seed, cancel);
        if (measured.Failed(out refused, out var found))
            return refused;
        if (!double.IsFinite(found.Score))
            return Failure.Invalid(Code, $"The metric {metric.Name} has no value for the labels of '{spec.Label}': they are all the same.");
        return new PermutationReport
        {
            Metric = metric.Name,
            Score = found.Score,
            Repeats = repeats,
            Features = [.. groups.Zip(found.Losses).Select(static pair => new PermutationLoss { Feature = pair.First.Name, Mean = pair.Second.Mean, Std = pair.Second.Std }).OrderByDescending(static one => one.Mean)],
        };
    }

    /// <summary>Effects of the columns with the greatest values.</summary>
    public async ValueTask<Result<IReadOnlyList<FeatureEffect>>> EffectsAsync(FeatureMatrix data, IReadOnlyList<FeatureImportance> importance, CancellationToken cancel)
    {
        var some = Places(data.Rows, MostEffectRows);
        var rows = data.Take(some);
        var effects = new List<FeatureEffect>();
        foreach (var name in importance.Take(spec.Effects ?? ExplanationRules.DefaultEffects).Select(static one => one.Feature))
        {
            var column = Column(name);
            var isText = subject.Codes.IsText(column);
            var grid = FeatureEffects.Grid(data.Column(column), isText);
            if (grid.Length == 0)
                continue;
            if ((await FeatureEffects.CurvesAsync(subject.Score, rows, column, grid, cancel)).Failed(out var refused, out var curves))
                return refused;
            double[] accumulated = [];
            if (!isText && (await FeatureEffects.AccumulatedAsync(subject.Score, rows, column, grid, cancel)).Failed(out refused, out accumulated!))
                return refused;
            effects.Add(new()
            {
                Feature = name,
                Grid = [.. grid.Select(value => InstanceText.Value(subject.Codes, column, value))],
                PartialDependence = FeatureEffects.PartialDependence(curves),
                CentredIce = [.. Places(curves.Length, MostIceRows).Select(row => FeatureEffects.Centred(curves[row]))],
                AccumulatedLocalEffects = accumulated,
            });
        }

        return effects;
    }

    /// <summary>The rows with the median, the highest and the lowest prediction.</summary>
    public async ValueTask<Result<IReadOnlyList<ExampleExplanation>>> ExamplesAsync(
        FeatureMatrix data, IReadOnlyList<int> rows, IReadOnlyList<RowExplanation> explanations, CancellationToken cancel)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => explanations[row].Prediction).ThenBy(static row => row)];
        var chosen = new[] { ("typical", order[(order.Length - 1) / 2]), ("highest", order[^1]), ("lowest", order[0]) };
        var examples = new List<ExampleExplanation>();
        foreach (var (kind, place) in chosen)
        {
            if ((await subject.Score(data.Take([rows[place]]), cancel)).Failed(out var refused, out var outputs))
                return refused;
            examples.Add(new()
            {
                Kind = kind,
                Row = rows[place],
                Features = subject.Columns.Select((name, column) => (name, Value: InstanceText.Value(data, subject.Codes, rows[place], column)))
                    .ToDictionary(static pair => pair.name, static pair => pair.Value, StringComparer.Ordinal),
                Explanation = InstanceText.Of(explanations[place], outputs[0], subject.Columns),
            });
        }

        return examples;
    }

    // A classifier's positives are the rows of the explained class, by the sorted classes.
    private Result<(string Name, Func<double[], double> Of)> Metric(string?[] labels)
    {
        if (labels.Any(static label => label is null))
            return Failure.Invalid(Code, $"Rows of the label '{spec.Label}' are null; leave them out of the data.");
        if (!subject.IsClass)
        {
            var truth = new double[labels.Length];
            for (var row = 0; row < truth.Length; row++)
            {
                if (!double.TryParse(labels[row], NumberStyles.Float, CultureInfo.InvariantCulture, out truth[row]))
                    return Failure.Invalid(Code, $"Row {row} of the label '{spec.Label}' is '{labels[row]}', which is no number.");
            }

            return ("r2", answers => ExplanationMetrics.R2(answers, truth));
        }

        var isNumber = labels.All(static label => double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        var classes = labels.Distinct().OrderBy(label => isNumber ? double.Parse(label!, CultureInfo.InvariantCulture) : 0).ThenBy(static label => label, StringComparer.Ordinal).ToList();
        if (subject.Place >= classes.Count)
            return Failure.Invalid(Code, $"The label '{spec.Label}' has {classes.Count} different values; class {subject.Place} is explained.");
        var positive = classes[subject.Place];
        bool[] positives = [.. labels.Select(label => label == positive)];
        return ("roc_auc", answers => ExplanationMetrics.RocAuc(answers, positives));
    }

    // Columns one by one, and the groups that were asked for.
    private Result<List<(string Name, int[] Columns)>> Groups()
    {
        var groups = subject.Columns.Select(static (name, column) => (name, new[] { column })).ToList();
        foreach (var (name, columns) in spec.Groups.OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            if (columns.FirstOrDefault(column => Column(column) < 0) is { } unknown)
                return Failure.Invalid(Code, $"The group '{name}' has the column '{unknown}', which the model does not take.");
            groups.Add((name, [.. columns.Select(Column)]));
        }

        return groups;
    }

    private int Column(string name)
    {
        for (var column = 0; column < subject.Columns.Count; column++)
        {
            if (subject.Columns[column] == name)
                return column;
        }

        return -1;
    }

    // Evenly over the rows.
    private static int[] Places(int rows, int most) => rows <= most ? [.. Enumerable.Range(0, rows)] : [.. Enumerable.Range(0, most).Select(place => (int)((long)place * rows / most))];
}
