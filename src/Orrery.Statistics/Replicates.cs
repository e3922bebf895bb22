using System.Runtime.InteropServices;

namespace Orrery.Statistics;

/// <summary>Values of metrics over resamples, and intervals of them. What is NaN in a resample, as when it lacks a group, is left out there.</summary>
public sealed class Replicates(int resamples)
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Estimate, double Acceleration)> _corrections = new(StringComparer.Ordinal);

    /// <summary>Resamples in all.</summary>
    public int Resamples => resamples;

    /// <summary>Adds a metric's value of the next resample.</summary>
    public void Add(string metric, double value)
    {
        if (!_values.TryGetValue(metric, out var values))
            _values[metric] = values = new(resamples);
        if (double.IsFinite(value))
            values.Add(value);
    }

    /// <summary>Values of the resamples in which the metric is defined.</summary>
    public IReadOnlyList<double> Values(string metric) => _values.GetValueOrDefault(metric) ?? [];

    /// <summary>From here on the metric's interval is the bias-corrected and accelerated one.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="estimate">Its value of the rows themselves.</param>
    /// <param name="acceleration">See <see cref="JackknifeSums.Acceleration"/>.</param>
    public void Correct(string metric, double estimate, double acceleration) => _corrections[metric] = (estimate, acceleration);

    /// <summary>How the metric's interval is computed: <c>bootstrap</c> between percentiles, or <c>bca</c>.</summary>
    public string Method(string metric) => _corrections.ContainsKey(metric) ? "bca" : "bootstrap";

    /// <summary>
    /// Percentile interval, moved so that it lies about an estimate that was computed more exactly, or the corrected one; null when fewer than half of the resamples have the
    /// metric, and of a corrected one when all of them are on one side of the estimate.
    /// </summary>
    /// <param name="metric">Its name.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    /// <param name="shift">Added to both bounds.</param>
    public (double Lower, double Upper)? Interval(string metric, double confidence, double shift = 0)
    {
        if (!_values.TryGetValue(metric, out var values) || values.Count < Math.Max(2, resamples / 2))
            return null;
        if (_corrections.TryGetValue(metric, out var correction))
            return BiasCorrection.Interval([.. values], correction.Estimate - shift, correction.Acceleration, confidence) is { } corrected ? (corrected.Lower + shift, corrected.Upper + shift) : null;
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (Quantile(sorted, (1 - confidence) / 2) + shift, Quantile(sorted, (1 + confidence) / 2) + shift);
    }

    /// <summary>Two-sided p-value of no difference, of resampled differences: twice the share on the far side of zero, the estimate itself counted in.</summary>
    public double? PValue(string metric)
    {
        if (!_values.TryGetValue(metric, out var values) || values.Count < Math.Max(2, resamples / 2))
            return null;
        var (below, above) = (values.Count(static value => value <= 0), values.Count(static value => value >= 0));
        return Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (values.Count + 1));
    }

    /// <summary>
    /// Two-sided p-value of no difference, of resampled differences taken as normal about an estimate: where resamples are too dear for a share of them to be small. NaN when they are all the
    /// same and the estimate is not 0; null for fewer than two.
    /// </summary>
    /// <param name="metric">Its name.</param>
    /// <param name="estimate">The difference of the rows themselves.</param>
    public double? NormalPValue(string metric, double estimate)
    {
        if (!_values.TryGetValue(metric, out var values) || values.Count < Math.Max(2, resamples / 2))
            return null;
        var (_, deviation) = PairedTests.Moments(CollectionsMarshal.AsSpan(values));
        return deviation > 0 ? Tails.NormalTwoSided(estimate / deviation) : estimate == 0 ? 1 : double.NaN;
    }

    /// <summary>A quantile of sorted values, linear between them (Hyndman and Fan's type 7, numpy's default).</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (low, high) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[low] + ((sorted[high] - sorted[low]) * (place - low));
    }
}
