using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Metrics of a classifier of several classes over some rows, with intervals.</summary>
internal static class ClassMetrics
{
    public static readonly IReadOnlyList<string> Names =
    [
        "accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro", "precision_weighted", "recall_weighted", "f1_weighted", "mcc", "kappa", "log_loss",
        "auc_ovr_macro", "auc_ovr_weighted",
    ];

    // Leaving one row of each cell out takes the fourth power of this.
    private const int MostCorrected = 30;

    /// <summary>Averages over classes.</summary>
    public static IEnumerable<(string Name, double Value)> Averages(ClassCounts counts)
    {
        yield return ("precision_macro", counts.Macro(static one => one.Precision));
        yield return ("recall_macro", counts.Macro(static one => one.Recall));
        yield return ("f1_macro", counts.Macro(static one => one.F1));
        yield return ("precision_weighted", counts.Weighted(static one => one.Precision));
        yield return ("recall_weighted", counts.Weighted(static one => one.Recall));
        yield return ("f1_weighted", counts.Weighted(static one => one.F1));
    }

    /// <summary>What follows from the confusion matrix.</summary>
    public static IEnumerable<(string Name, double Value)> Values(ClassCounts counts) =>
        [("accuracy", counts.Accuracy), ("balanced_accuracy", counts.BalancedAccuracy), .. Averages(counts), ("mcc", counts.Mcc), ("kappa", counts.Kappa)];

    /// <summary>Computes them over some rows; one or more.</summary>
    public static List<EvaluationMetric> Of(ClassRows data, ReadOnlySpan<int> rows, string name, ResamplePlan plan)
    {
        var counts = Count(data, rows, out var squares);
        var draws = Resample(counts, squares, name, plan);
        var metrics = Values(counts).Select(one => BinaryMetrics.Metric(one.Name, one.Value, null, (draws.Method(one.Name), draws.Interval(one.Name, plan.Confidence)))).ToList();
        if (data.TrueProbabilities is { } probabilities)
        {
            var (mean, lower, upper) = MeanDraws.Of(Array.ConvertAll(probabilities, ProbabilityLosses.Log), data.Weights, rows, plan.Confidence);
            metrics.Add(BinaryMetrics.Metric("log_loss", mean, null, ("normal", plan.Resamples == 0 ? null : (lower, upper))));
        }

        return metrics;
    }

    /// <summary>The confusion matrix, and the sums of squared weights.</summary>
    public static ClassCounts Count(ClassRows data, ReadOnlySpan<int> rows, out ClassCounts squares)
    {
        var (counts, squared) = (new ClassCounts(data.Classes), new ClassCounts(data.Classes));
        foreach (var row in rows)
        {
            var weight = data.Weights is null ? 1 : data.Weights[row];
            counts[data.Truth[row], data.Predicted[row]] += weight;
            squared[data.Truth[row], data.Predicted[row]] += weight * weight;
        }

        squares = squared;
        return counts;
    }

    private static Replicates Resample(ClassCounts counts, ClassCounts squares, string name, ResamplePlan plan)
    {
        var made = new Replicates(plan.Resamples);
        var draws = plan.For(name);
        var drawn = new ClassCounts(counts.Classes);
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
            for (var truth = 0; truth < counts.Classes; truth++)
            {
                for (var predicted = 0; predicted < counts.Classes; predicted++)
                {
                    var side = new ScoreSide(counts[truth, predicted], squares[truth, predicted], 0, 0);
                    drawn[truth, predicted] = side.Effective > 0 ? side.Weight * draws.Poisson(side.Effective) / side.Effective : 0;
                }
            }

            if (drawn.All == 0)
                continue;
            foreach (var (metric, value) in Values(drawn))
                made.Add(metric, value);
        }

        if (plan.IsCorrected && plan.Resamples > 0 && counts.Classes <= MostCorrected)
            Correct(made, counts, squares);
        return made;
    }

    private static void Correct(Replicates made, ClassCounts counts, ClassCounts squares)
    {
        var (values, times) = (Values(counts).ToDictionary(static one => one.Name, static _ => new List<double>()), new List<double>());
        for (var truth = 0; truth < counts.Classes; truth++)
        {
            for (var predicted = 0; predicted < counts.Classes; predicted++)
            {
                var weight = counts[truth, predicted];
                var effective = new ScoreSide(weight, squares[truth, predicted], 0, 0).Effective;
                if (effective <= 0)
                    continue;
                counts[truth, predicted] = weight * Math.Max(0, effective - 1) / effective;
                foreach (var (metric, value) in Values(counts))
                    values[metric].Add(value);
                counts[truth, predicted] = weight;
                times.Add(effective);
            }
        }

        foreach (var (metric, estimate) in Values(counts))
            Jackknife.Correct(made, metric, estimate, values[metric], times);
    }
}

/// <summary>Rows of a classifier of several classes, one version's.</summary>
/// <param name="Classes">How many there are.</param>
/// <param name="Truth">Class of each row.</param>
/// <param name="Predicted">Class predicted.</param>
/// <param name="TrueProbabilities">Probability of each row's true class; null where the model gives labels alone.</param>
/// <param name="Weights">Null for 1 each.</param>
internal sealed record ClassRows(int Classes, int[] Truth, int[] Predicted, double[]? TrueProbabilities, double[]? Weights);
