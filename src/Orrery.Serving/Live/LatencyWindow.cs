namespace Orrery.Serving;

/// <summary>Latencies of about the last minute, in buckets a fifth apart. Adding takes no lock and allocates nothing.</summary>
internal sealed class LatencyWindow
{
    private const int Buckets = 96;
    private const int PerDoubling = 4;
    private const int Steps = 12;
    private const double Least = 20e-6;

    private readonly long[] _counts = new long[Buckets];
    private readonly long[][] _past = [.. Enumerable.Range(0, Steps + 1).Select(static _ => new long[Buckets])];
    private int _steps;

    public void Add(TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds;
        var bucket = seconds <= Least ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log2(seconds / Least) * PerDoubling));
        Interlocked.Increment(ref _counts[bucket]);
    }

    /// <summary>Notes how things stand, every five seconds.</summary>
    public void Tick()
    {
        var next = _past[(_steps + 1) % _past.Length];
        for (var bucket = 0; bucket < Buckets; bucket++)
            next[bucket] = Interlocked.Read(ref _counts[bucket]);
        Volatile.Write(ref _steps, _steps + 1);
    }

    /// <summary>Quantiles, seconds: not less than they were, and at most a fifth more. Null without any.</summary>
    public double?[] Quantiles(params ReadOnlySpan<double> shares)
    {
        var past = _past[Math.Max(0, Volatile.Read(ref _steps) - Steps) % _past.Length];
        Span<long> since = stackalloc long[Buckets];
        var all = 0L;
        for (var bucket = 0; bucket < Buckets; bucket++)
            all += since[bucket] = Math.Max(0, Interlocked.Read(ref _counts[bucket]) - past[bucket]);
        var found = new double?[shares.Length];
        for (var at = 0; at < shares.Length && all > 0; at++)
            found[at] = Quantile(since, (long)Math.Ceiling(all * shares[at]));
        return found;
    }

    private static double Quantile(ReadOnlySpan<long> counts, long rank)
    {
        var seen = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            seen += counts[bucket];
            if (seen >= rank)
                return Least * Math.Pow(2, (double)bucket / PerDoubling);
        }

        return Least * Math.Pow(2, (double)(counts.Length - 1) / PerDoubling);
    }
}
