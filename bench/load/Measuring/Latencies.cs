using System.Diagnostics;

namespace Orrery.Load;

/// <summary>The times of many requests, all kept.</summary>
internal sealed class Latencies
{
    private readonly long[] _sorted;

    /// <param name="ticks">Of <see cref="Stopwatch"/>, in any order.</param>
    public Latencies(IEnumerable<long> ticks)
    {
        _sorted = [.. ticks];
        Array.Sort(_sorted);
    }

    public int Count => _sorted.Length;

    /// <summary>Milliseconds that the share <paramref name="quantile"/> of the requests stayed within (nearest rank); NaN without requests.</summary>
    public double Quantile(double quantile) => _sorted.Length == 0
        ? double.NaN
        : _sorted[Math.Clamp((int)Math.Ceiling(quantile * _sorted.Length) - 1, 0, _sorted.Length - 1)] * 1000.0 / Stopwatch.Frequency;
}
