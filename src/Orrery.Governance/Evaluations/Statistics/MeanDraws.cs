using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Interval of a mean over rows, by the normal distribution.</summary>
internal static class MeanDraws
{
    /// <summary>Mean and interval of weighted values; the variance is that of a ratio, robust to the weights.</summary>
    public static (double Mean, double Lower, double Upper) Of(ReadOnlySpan<double> values, double[]? weights, ReadOnlySpan<int> rows, double confidence)
    {
        double sum = 0, weight = 0, squares = 0;
        foreach (var row in rows)
        {
            var one = weights is null ? 1 : weights[row];
            sum += one * values[row];
            weight += one;
        }

        var mean = sum / weight;
        foreach (var row in rows)
        {
            var one = (weights is null ? 1 : weights[row]) * (values[row] - mean);
            squares += one * one;
        }

        var half = Tails.NormalQuantile((1 + confidence) / 2) * Math.Sqrt(squares) / weight;
        return (mean, mean - half, mean + half);
    }
}
