using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Paired comparison of two versions on the same rows, the p-values corrected for the number of metrics.</summary>
internal sealed class VersionComparison(EvaluationSpec spec, EvaluationColumns data, EvaluationWork work, ResamplePlan plan)
{
    private static readonly string[] Resampled = ["balanced_accuracy", "precision", "recall", "f1", "mcc"];

    /// <summary>Compares the evaluated version with another of the columns.</summary>
    public EvaluationComparison Of(EvaluationComparison named, VersionSays other)
    {
        var own = data.Versions[0];
        var (metrics, first, second) = spec.Task switch
        {
            EvaluationTasks.Binary => Binary(work.Two(own), work.Two(other)),
            EvaluationTasks.Multiclass => Several(work.Several(own), work.Several(other)),
            _ => (Errors(work.Errors(own), work.Errors(other)), 0L, 0L),
        };
        var adjusted = PAdjustment.Of(spec.Correction, [.. metrics.Select(static one => one.PValue ?? double.NaN)]);
        return named with
        {
            Correction = spec.Correction,
            Metrics = [.. metrics.Zip(adjusted, static (metric, p) => metric with { AdjustedPValue = double.IsNaN(p) ? null : p })],
            OnlyThisRight = spec.Task == EvaluationTasks.Regression ? null : first,
            OnlyOtherRight = spec.Task == EvaluationTasks.Regression ? null : second,
        };
    }

    private (List<PairedMetric> Metrics, long First, long Second) Binary(BinaryRows own, BinaryRows other)
    {
        var (ownOrder, otherOrder) = (own.Order(), other.Order());
        var (left, right) = (ScoreTotals.Of(ownOrder, own.Scores, own.Positive, own.Weights, own.Threshold), ScoreTotals.Of(otherOrder, other.Scores, other.Positive, other.Weights, other.Threshold));
        // Rows by truth and what both predict.
        var cells = new ScoreSide[8];
        var counts = new long[8];
        for (var row = 0; row < data.Count; row++)
        {
            var cell = (own.Positive[row] ? 4 : 0) + (own.IsPredicted(row) ? 2 : 0) + (other.IsPredicted(row) ? 1 : 0);
            cells[cell] = cells[cell].With(own.Weight(row), 0, 0);
            counts[cell]++;
        }

        var (first, second) = (counts[6] + counts[1], counts[5] + counts[2]);
        var draws = Resample(cells);
        var metrics = new List<PairedMetric> { Tested("accuracy", left.Counts.Accuracy, right.Counts.Accuracy, PairedTests.McNemar(first, second), draws.Interval("accuracy", plan.Confidence)) };
        foreach (var name in Resampled)
        {
            metrics.Add(Tested(name, Value(name, left.Counts), Value(name, right.Counts), new("paired_bootstrap", double.NaN, draws.PValue(name) ?? double.NaN), draws.Interval(name, plan.Confidence)));
        }

        if (!own.HasScores || !other.HasScores)
            return (metrics, first, second);
        if (data.Weights is null)
            metrics.Add(Areas(own, ownOrder, other, otherOrder));
        metrics.Add(Precisions(left.AveragePrecision, right.AveragePrecision, new(own, ownOrder, other, otherOrder)));
        metrics.Add(Losses("log_loss", row => ProbabilityLosses.Log(own.Scores[row], own.Positive[row]), row => ProbabilityLosses.Log(other.Scores[row], own.Positive[row])));
        metrics.Add(Losses("brier", row => ProbabilityLosses.Square(own.Scores[row], own.Positive[row]), row => ProbabilityLosses.Square(other.Scores[row], own.Positive[row])));
        return (metrics, first, second);
    }

    private (List<PairedMetric> Metrics, long First, long Second) Several(ClassRows own, ClassRows other)
    {
        long first = 0, second = 0;
        for (var row = 0; row < data.Count; row++)
        {
            first += own.Predicted[row] == own.Truth[row] && other.Predicted[row] != own.Truth[row] ? 1 : 0;
            second += own.Predicted[row] != own.Truth[row] && other.Predicted[row] == own.Truth[row] ? 1 : 0;
        }

        int[] rows = [.. Enumerable.Range(0, data.Count)];
        var (left, right) = (ClassMetrics.Count(own, rows, out _), ClassMetrics.Count(other, rows, out _));
        var metrics = ClassMetrics.Values(left).Zip(ClassMetrics.Values(right), (one, two) =>
            Tested(one.Name, one.Value, two.Value, one.Name == "accuracy" ? PairedTests.McNemar(first, second) : new("", double.NaN, double.NaN), null)).ToList();
        if (own.TrueProbabilities is { } mine && other.TrueProbabilities is { } theirs)
            metrics.Add(Losses("log_loss", row => ProbabilityLosses.Log(mine[row]), row => ProbabilityLosses.Log(theirs[row])));
        return (metrics, first, second);
    }

    private List<PairedMetric> Errors(RegressionRows own, RegressionRows other)
    {
        double Absolute(RegressionRows one, int row) => Math.Abs(one.Predicted[row] - one.Target[row]);
        var (absolute, squared) = (Losses("mae", row => Absolute(own, row), row => Absolute(other, row)), Losses("mse", row => Math.Pow(Absolute(own, row), 2), row => Math.Pow(Absolute(other, row), 2)));
        var ranks = PairedTests.Wilcoxon([.. Enumerable.Range(0, data.Count).Select(row => Absolute(own, row) - Absolute(other, row))]);
        return [squared, absolute, Tested("absolute_error_rank", double.NaN, double.NaN, ranks, null)];
    }

    // A mean over rows: Student's t of the rows' differences, weights taken in.
    private PairedMetric Losses(string name, Func<int, double> own, Func<int, double> other)
    {
        var (differences, left, right, total) = (new double[data.Count], 0.0, 0.0, data.Weights?.Sum() ?? data.Count);
        for (var row = 0; row < data.Count; row++)
        {
            var (weight, mine, theirs) = (data.Weights is null ? 1 : data.Weights[row] * data.Count / total, own(row), other(row));
            differences[row] = weight * (mine - theirs);
            (left, right) = (left + (weight * mine), right + (weight * theirs));
        }

        var (mean, deviation) = PairedTests.Moments(differences);
        var half = data.Count < 2 ? double.NaN : Tails.StudentQuantile(plan.Confidence, data.Count - 1) * deviation / Math.Sqrt(data.Count);
        return Tested(name, left / data.Count, right / data.Count, PairedTests.T(differences), (mean - half, mean + half));
    }

    private PairedMetric Areas(BinaryRows own, int[] ownOrder, BinaryRows other, int[] otherOrder)
    {
        var slots = DeLong.Slots(ownOrder, own.Positive, out var positives);
        if (positives < 2 || data.Count - positives < 2)
            return Tested("auc", double.NaN, double.NaN, new("delong", double.NaN, double.NaN), null);
        var (left, right) = (DeLong.Place(ownOrder, own.Scores, own.Positive, slots, positives), DeLong.Place(otherOrder, other.Scores, own.Positive, slots, positives));
        var deviation = Math.Sqrt(DeLong.Covariance(left, left) + DeLong.Covariance(right, right) - (2 * DeLong.Covariance(left, right)));
        var (difference, half) = (left.Auc - right.Auc, Tails.NormalQuantile((1 + plan.Confidence) / 2) * deviation);
        return Tested("auc", left.Auc, right.Auc, new("delong", difference / deviation, Tails.NormalTwoSided(difference / deviation)), (difference - half, difference + half));
    }

    private PairedMetric Precisions(double own, double other, PairedPrecision pairs)
    {
        var made = new Replicates(plan.Resamples);
        if (double.IsFinite(own) && double.IsFinite(other))
            pairs.Resample(made, own - other, plan.For("paired#" + PairedPrecision.Metric));
        return Tested(
            PairedPrecision.Metric, own, other, new("paired_bootstrap", double.NaN, made.PValue(PairedPrecision.Metric) ?? double.NaN), made.Interval(PairedPrecision.Metric, plan.Confidence));
    }

    private Replicates Resample(ScoreSide[] cells)
    {
        var made = new Replicates(plan.Resamples);
        var draws = plan.For("paired");
        var drawn = new double[cells.Length];
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            for (var cell = 0; cell < cells.Length; cell++)
                drawn[cell] = cells[cell].Effective is > 0 and var effective ? cells[cell].Weight * draws.Poisson(effective) / effective : 0;
            var own = new BinaryCounts(drawn[6] + drawn[7], drawn[2] + drawn[3], drawn[4] + drawn[5], drawn[0] + drawn[1]);
            var other = new BinaryCounts(drawn[5] + drawn[7], drawn[1] + drawn[3], drawn[4] + drawn[6], drawn[0] + drawn[2]);
            foreach (var name in Resampled.Append("accuracy"))
                made.Add(name, Value(name, own) - Value(name, other));
        }

        return made;
    }

    private static double Value(string name, BinaryCounts counts) => name switch
    {
        "balanced_accuracy" => counts.BalancedAccuracy,
        "precision" => counts.Precision,
        "recall" => counts.Recall,
        "f1" => counts.F1,
        "mcc" => counts.Mcc,
        _ => counts.Accuracy,
    };

    private static PairedMetric Tested(string name, double own, double other, TestOutcome test, (double Lower, double Upper)? bounds) => new()
    {
        Name = name,
        Value = Finite(own),
        Other = Finite(other),
        Difference = Finite(own - other),
        Lower = bounds is { } low ? Finite(low.Lower) : null,
        Upper = bounds is { } high ? Finite(high.Upper) : null,
        Test = test.Test.Length > 0 ? test.Test : null,
        PValue = Finite(test.PValue),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
