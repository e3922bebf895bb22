using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Metrics of a regression over some rows, with intervals.</summary>
internal static class RegressionMetrics
{
    // More rows than this are resampled in random blocks; the blocks stand for rows, since rows are independent.
    private const int MostUnits = 8192;

    public static readonly IReadOnlyList<string> Names = ["rmse", "mae", "mse", "r2", "mape", "explained_variance", "mean_error"];

    /// <summary>Computes them over some rows; one or more.</summary>
    public static List<EvaluationMetric> Of(RegressionRows data, ReadOnlySpan<int> rows, string name, ResamplePlan plan)
    {
        var units = Units(data, rows, name, plan);
        var whole = Sum(units);
        var draws = Resample(units, whole, name, plan);
        return [.. Values(whole).Select(one => BinaryMetrics.Metric(one.Name, one.Value, null, (draws.Method(one.Name), draws.Interval(one.Name, plan.Confidence))))];
    }

    /// <summary>By name.</summary>
    public static IEnumerable<(string Name, double Value)> Values(RegressionSums sums) =>
        [("rmse", sums.Rmse), ("mae", sums.Mae), ("mse", sums.Mse), ("r2", sums.R2), ("mape", sums.Mape), ("explained_variance", sums.ExplainedVariance), ("mean_error", sums.MeanError)];

    /// <summary>Sums of what is resampled as one: rows, or random blocks of rows.</summary>
    public static RegressionSums[] Units(RegressionRows data, ReadOnlySpan<int> rows, string name, ResamplePlan plan)
    {
        var units = new RegressionSums[Math.Min(rows.Length, MostUnits)];
        Array.Fill(units, new RegressionSums(data.Target[rows[0]]));
        var places = plan.For(name + "#blocks");
        for (var index = 0; index < rows.Length; index++)
        {
            var unit = rows.Length <= MostUnits ? index : (int)(places.NextBits() % MostUnits);
            var row = rows[index];
            units[unit].Add(data.Target[row], data.Predicted[row], data.Weights is null ? 1 : data.Weights[row]);
        }

        return units;
    }

    public static RegressionSums Sum(RegressionSums[] units)
    {
        var sum = new RegressionSums(0);
        for (var unit = 0; unit < units.Length; unit++)
            sum.Add(units[unit], 1);
        return sum;
    }

    /// <summary>The sums of resampled units.</summary>
    public static RegressionSums Draw(RegressionSums[] units, ResampleDraws draws)
    {
        var sum = new RegressionSums(0);
        for (var unit = 0; unit < units.Length; unit++)
        {
            var times = draws.Poisson(1);
            if (times > 0)
                sum.Add(units[unit], times);
        }

        return sum;
    }

    private static Replicates Resample(RegressionSums[] units, RegressionSums whole, string name, ResamplePlan plan)
    {
        var made = new Replicates(plan.Resamples);
        var draws = plan.For(name);
        for (var resample = 0; resample < plan.Resamples; resample++)
        {
            plan.Cancel.ThrowIfCancellationRequested();
            foreach (var (metric, value) in Values(Draw(units, draws)))
                made.Add(metric, value);
        }

        if (plan.IsCorrected && plan.Resamples > 0)
            Correct(made, units, whole);
        return made;
    }

    private static void Correct(Replicates made, RegressionSums[] units, RegressionSums whole)
    {
        var values = Names.ToDictionary(static name => name, static _ => new List<double>());
        for (var unit = 0; unit < units.Length; unit++)
        {
            var without = whole;
            without.Add(units[unit], -1);
            foreach (var (metric, value) in Values(without))
                values[metric].Add(value);
        }

        foreach (var (metric, estimate) in Values(whole))
            Jackknife.Correct(made, metric, estimate, values[metric], null);
    }
}

/// <summary>Rows of a regression, one version's.</summary>
/// <param name="Target">The truth.</param>
/// <param name="Predicted">What was predicted.</param>
/// <param name="Weights">Null for 1 each.</param>
internal sealed record RegressionRows(double[] Target, double[] Predicted, double[]? Weights);
