using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Paired comparison of two versions on the same rows, the p-values corrected for the number of metrics.</summary>
internal sealed class VersionComparison(EvaluationSpec spec, EvaluationColumns data, EvaluationWork work, ResamplePlan plan)
{
    // Cells are few and drawn fast; p-values that are corrected for ten metrics need many resamples to be small.
    private const int LeastResamples = 10_000;
    private const string NoRanks = "ranks of errors have no weights: Wilcoxon's test is of rows that count alike";
    private const string NoAreas = "DeLong's test takes no weights";
    private const string NoTest = "there is no test of it for several classes";

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
            Resamples = spec.Task == EvaluationTasks.Binary ? Resamples : 0,
            Metrics = [.. metrics.Zip(adjusted, static (metric, p) => metric with { AdjustedPValue = double.IsNaN(p) ? null : p })],
            OnlyThisRight = spec.Task == EvaluationTasks.Regression ? null : first,
            OnlyOtherRight = spec.Task == EvaluationTasks.Regression ? null : second,
        };
    }

    private int Resamples => plan.Resamples == 0 ? 0 : Math.Max(plan.Resamples, LeastResamples);

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
        var metrics = new List<PairedMetric>
        {
            data.Weights is null ? Tested("accuracy", left.Counts.Accuracy, right.Counts.Accuracy, PairedTests.McNemar(first, second), draws.Interval("accuracy", plan.Confidence))
                : Losses("accuracy", row => own.IsPredicted(row) == own.Positive[row] ? 1 : 0, row => other.IsPredicted(row) == own.Positive[row] ? 1 : 0),
        };
        foreach (var name in Resampled)
        {
            metrics.Add(Tested(name, Value(name, left.Counts), Value(name, right.Counts), new("paired_bootstrap", double.NaN, draws.PValue(name) ?? double.NaN), draws.Interval(name, plan.Confidence)));
        }

        if (!own.HasScores || !other.HasScores)
            return (metrics, first, second);
        metrics.Add(data.Weights is null ? Areas(own, ownOrder, other, otherOrder) : Tested("auc", left.Auc, right.Auc, None, null) with { Undefined = NoAreas });
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
            one.Name != "accuracy" ? Tested(one.Name, one.Value, two.Value, None, null) with { Undefined = NoTest }
            : data.Weights is null ? Tested(one.Name, one.Value, two.Value, PairedTests.McNemar(first, second), null)
            : Losses(one.Name, row => own.Predicted[row] == own.Truth[row] ? 1 : 0, row => other.Predicted[row] == own.Truth[row] ? 1 : 0)).ToList();
        if (own.TrueProbabilities is { } mine && other.TrueProbabilities is { } theirs)
            metrics.Add(Losses("log_loss", row => ProbabilityLosses.Log(mine[row]), row => ProbabilityLosses.Log(theirs[row])));
        return (metrics, first, second);
    }

    private List<PairedMetric> Errors(RegressionRows own, RegressionRows other)
    {
        double Absolute(RegressionRows one, int row) => Math.Abs(one.Predicted[row] - one.Target[row]);
        var (absolute, squared) = (Losses("mae", row => Absolute(own, row), row => Absolute(other, row)), Losses("mse", row => Math.Pow(Absolute(own, row), 2), row => Math.Pow(Absolute(other, row), 2)));
        if (data.Weights is not null)
            return [squared, absolute, Tested("absolute_error_rank", double.NaN, double.NaN, None, null) with { Undefined = NoRanks }];
        var ranks = PairedTests.Wilcoxon([.. Enumerable.Range(0, data.Count).Select(row => Absolute(own, row) - Absolute(other, row))]);
        return [squared, absolute, Tested("absolute_error_rank", double.NaN, double.NaN, ranks, null)];
    }

    // A mean over rows: Student's t of the rows' differences; under weights, of their weighted mean.
    private PairedMetric Losses(string name, Func<int, double> own, Func<int, double> other)
    {
        var (differences, left, right, total) = (new double[data.Count], 0.0, 0.0, data.Weights?.Sum() ?? data.Count);
        for (var row = 0; row < data.Count; row++)
        {
            var (weight, mine, theirs) = (data.Weights is null ? 1 : data.Weights[row], own(row), other(row));
            differences[row] = mine - theirs;
            (left, right) = (left + (weight * mine), right + (weight * theirs));
        }

        var ((mean, deviation), rows, test) = (PairedTests.Moments(differences), data.Count, PairedTests.T(differences));
        var error = deviation / Math.Sqrt(rows);
        if (data.Weights is { } weights)
            ((mean, error, rows), test) = (PairedTests.WeightedMoments(differences, weights), PairedTests.WeightedT(differences, weights));
        var half = rows < 2 ? double.NaN : Tails.StudentQuantile(plan.Confidence, rows - 1) * error;
        return Tested(name, left / total, right / total, test, (mean - half, mean + half));
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
            pairs.Resample(made, own - other, plan.For("paired#" + PairedPrecision.Metric), plan.Cancel);
        return Tested(
            PairedPrecision.Metric, own, other, new("paired_bootstrap_normal", double.NaN, made.NormalPValue(PairedPrecision.Metric, own - other) ?? double.NaN), made.Interval(PairedPrecision.Metric, plan.Confidence));
    }

    private Replicates Resample(ScoreSide[] cells)
    {
        var made = new Replicates(Resamples);
        var draws = plan.For("paired");
        var drawn = new double[cells.Length];
        for (var resample = 0; resample < Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
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

    private static TestOutcome None => new("", double.NaN, double.NaN);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
