using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Metrics of a binary classifier over some rows, with intervals.</summary>
internal static class BinaryMetrics
{
    /// <summary>Those that need a score.</summary>
    public static readonly IReadOnlyList<string> OfScores = ["auc", "average_precision", "log_loss", "brier", "ece", "mce"];

    /// <summary>All of them, over any set of rows.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "mcc", "kappa", "selection_rate", "prevalence", .. OfScores];

    /// <summary>Over all rows only.</summary>
    public static readonly IReadOnlyList<string> OfWhole = ["precision_macro", "recall_macro", "f1_macro", "precision_weighted", "recall_weighted", "f1_weighted"];

    private static readonly HashSet<string> OfBothClasses = ["balanced_accuracy", "mcc", "kappa", "auc", "average_precision", "f1"];

    /// <summary>Computes them.</summary>
    /// <param name="rows">One version's.</param>
    /// <param name="order">Those to look at, by ascending score; one or more.</param>
    /// <param name="name">Of this set of rows, for its seed.</param>
    /// <param name="plan">Of the intervals.</param>
    /// <param name="cells">Cells of scores to resample, at most about.</param>
    /// <param name="least">Positives and negatives that metrics of them need; 1 for the whole.</param>
    /// <param name="tellsCounts">Whether the reason for an undefined metric may tell how many rows there are.</param>
    public static List<EvaluationMetric> Of(BinaryRows rows, ReadOnlySpan<int> order, string name, ResamplePlan plan, int cells, int least, bool tellsCounts)
    {
        var totals = ScoreTotals.Of(order, rows.Scores, rows.Positive, rows.Weights, rows.Threshold);
        var calibration = new Calibration();
        var positives = 0;
        foreach (var row in order)
        {
            positives += rows.Positive[row] ? 1 : 0;
            calibration.Add(rows.Scores[row], rows.Positive[row], rows.Weight(row));
        }

        var counts = new ClassSizes(positives, order.Length - positives, least, tellsCounts);
        var draws = Resample(rows, order, name, plan, cells, totals);
        var delong = rows.HasScores && rows.Weights is null ? Area(rows, order, plan.Confidence) : null;
        var metrics = new List<EvaluationMetric>();
        foreach (var (metric, value) in Values(totals, rows.HasScores))
            metrics.Add(Metric(metric, value, counts.Lacking(Needs(metric)), metric == "auc" && delong is { } bounds ? ("delong", bounds) : (draws.Method(metric), draws.Interval(metric, plan.Confidence))));
        if (rows.HasScores)
        {
            metrics.Add(Metric("ece", calibration.Expected, null, ("", null)));
            metrics.Add(Metric("mce", calibration.Maximum, null, ("", null)));
        }

        return metrics;
    }

    /// <summary>The macro and weighted averages.</summary>
    public static IEnumerable<EvaluationMetric> Averages(BinaryCounts counts)
    {
        var both = new ClassCounts(2) { [0, 0] = counts.Tn, [0, 1] = counts.Fp, [1, 0] = counts.Fn, [1, 1] = counts.Tp };
        return ClassMetrics.Averages(both).Select(static one => Metric(one.Name, one.Value, null, ("", null)));
    }

    /// <summary>A metric as it is told; what is not a number is undefined.</summary>
    public static EvaluationMetric Metric(string name, double value, string? lacking, (string Method, (double Lower, double Upper)? Bounds) interval)
    {
        if (lacking is not null || !double.IsFinite(value))
            return new() { Name = name, Undefined = lacking ?? Why(name) };
        return interval.Bounds is { } bounds && double.IsFinite(bounds.Lower) && double.IsFinite(bounds.Upper)
            ? new() { Name = name, Value = value, Lower = bounds.Lower, Upper = bounds.Upper, Method = interval.Method }
            : new() { Name = name, Value = value };
    }

    /// <summary>Which rows a metric is about.</summary>
    public static NeededClasses Needs(string metric) => metric switch
    {
        "recall" or "true_positive_rate" or "false_negative_rate" => NeededClasses.Positives,
        "specificity" or "false_positive_rate" => NeededClasses.Negatives,
        _ => OfBothClasses.Contains(metric) ? NeededClasses.Both : NeededClasses.None,
    };

    private static string Why(string metric) => metric switch
    {
        "precision" => "no row is predicted positive",
        "mcc" or "kappa" => "all rows are of one class, or are predicted to be",
        _ => "it divides by zero",
    };

    private static IEnumerable<(string Name, double Value)> Values(ScoreTotals totals, bool hasScores)
    {
        var counts = totals.Counts;
        yield return ("accuracy", counts.Accuracy);
        yield return ("balanced_accuracy", counts.BalancedAccuracy);
        yield return ("precision", counts.Precision);
        yield return ("recall", counts.Recall);
        yield return ("specificity", counts.Specificity);
        yield return ("f1", counts.F1);
        yield return ("mcc", counts.Mcc);
        yield return ("kappa", counts.Kappa);
        yield return ("selection_rate", counts.SelectionRate);
        yield return ("prevalence", counts.Positives / counts.All);
        if (!hasScores)
            yield break;
        yield return ("auc", totals.Auc);
        yield return ("average_precision", totals.AveragePrecision);
        yield return ("log_loss", totals.LogLoss);
        yield return ("brier", totals.Brier);
    }

    // Poisson bootstrap (Chamandy et al. 2012) over the cells: drawing each cell's total is drawing each of its rows.
    private static Replicates Resample(BinaryRows rows, ReadOnlySpan<int> order, string name, ResamplePlan plan, int most, ScoreTotals exact)
    {
        var made = new Replicates(plan.Resamples);
        if (plan.Resamples == 0)
            return made;
        var cells = ScoreCells.Of(order, rows.Scores, rows.Positive, rows.Weights, most, rows.Threshold);
        var (draws, up, down) = (plan.For(name), new double[cells.Count], new double[cells.Count]);
        Array.Fill(up, 1);
        Array.Fill(down, 1);
        // What coarse cells shift is known, and taken off.
        var shifts = Values(exact, rows.HasScores).Zip(Values(ScoreTotals.Of(cells, up, down, rows.Threshold), rows.HasScores), static (fine, coarse) => fine.Value - coarse.Value).ToArray();
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
            for (var cell = 0; cell < up.Length; cell++)
            {
                up[cell] = Factor(draws, cells.Positives[cell]);
                down[cell] = Factor(draws, cells.Negatives[cell]);
            }

            var index = 0;
            foreach (var (metric, value) in Values(ScoreTotals.Of(cells, up, down, rows.Threshold), rows.HasScores))
                made.Add(metric, value + (double.IsFinite(shifts[index++]) ? shifts[index - 1] : 0));
        }

        if (plan.IsCorrected)
            Correct(made, cells, rows, exact);
        return made;
    }

    // Rows of one cell and class are alike, so that leaving one out has to be done once for all of them.
    private static void Correct(Replicates made, ScoreCells cells, BinaryRows rows, ScoreTotals exact)
    {
        var (up, down) = (new double[cells.Count], new double[cells.Count]);
        Array.Fill(up, 1);
        Array.Fill(down, 1);
        var values = Values(exact, rows.HasScores).ToDictionary(static one => one.Name, static _ => new List<double>());
        var times = new List<double>();
        for (var cell = 0; cell < 2 * cells.Count; cell++)
        {
            var (side, factors) = cell < cells.Count ? (cells.Positives[cell], up) : (cells.Negatives[cell - cells.Count], down);
            if (side.Effective <= 0)
                continue;
            var place = cell % cells.Count;
            factors[place] = Math.Max(0, side.Effective - 1) / side.Effective;
            foreach (var (metric, value) in Values(ScoreTotals.Of(cells, up, down, rows.Threshold), rows.HasScores))
                values[metric].Add(value);
            times.Add(side.Effective);
            factors[place] = 1;
        }

        foreach (var (metric, estimate) in Values(exact, rows.HasScores))
            Jackknife.Correct(made, metric, estimate, values[metric], times);
    }

    private static double Factor(ResampleDraws draws, ScoreSide side) => side.Effective is > 0 and var effective ? draws.Poisson(effective) / effective : 0;

    private static (double, double)? Area(BinaryRows rows, ReadOnlySpan<int> order, double confidence)
    {
        var slots = DeLong.Slots(order, rows.Positive, out var positives);
        if (positives < 2 || order.Length - positives < 2)
            return null;
        var placed = DeLong.Place(order, rows.Scores, rows.Positive, slots, positives);
        var half = Tails.NormalQuantile((1 + confidence) / 2) * Math.Sqrt(DeLong.Covariance(placed, placed));
        return (Math.Max(0, placed.Auc - half), Math.Min(1, placed.Auc + half));
    }
}
