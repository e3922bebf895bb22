using System.Diagnostics;

namespace Orrery.Server;

/// <summary>One label set of a metric and what was measured for it. Thread-safe without locks; recording allocates nothing.</summary>
internal sealed class MetricSeries
{
    // A trace a second tells enough of a bucket.
    private const long Often = 1000;

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly int _hash;
    private readonly double[] _bounds;
    private readonly long[]? _buckets;
    private readonly Exemplar?[] _exemplars;
    private double _value;
    private long _scrape;

    /// <param name="tags">Names and values as measured.</param>
    /// <param name="hash">Of the tags, in whatever order.</param>
    /// <param name="bounds">Upper bounds of the buckets, rising; null when this is no histogram.</param>
    public MetricSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash, double[]? bounds)
    {
        _tags = tags.ToArray();
        _hash = hash;
        _bounds = bounds ?? [];
        _buckets = bounds is null ? null : new long[bounds.Length + 1];
        _exemplars = new Exemplar?[_buckets?.Length ?? 0];
    }

    public int Hash => _hash;

    /// <summary>True when this is the series of these tags, in whatever order they come.</summary>
    public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        if (hash != _hash || tags.Length != _tags.Length)
            return false;
        foreach (var tag in tags)
        {
            if (!Has(tag))
                return false;
        }

        return true;
    }

    /// <summary>Counts one measurement: adds it, or puts it in its bucket and adds it to the sum.</summary>
    public void Add(double value)
    {
        if (_buckets is not null)
        {
            var found = _bounds.AsSpan().BinarySearch(value);
            var bucket = found < 0 ? ~found : found;
            Interlocked.Increment(ref _buckets[bucket]);
            if (Activity.Current is { Recorded: true } span)
                Note(bucket, value, span);
        }

        double before;
        do
            before = Volatile.Read(ref _value);
        while (Interlocked.CompareExchange(ref _value, before + value, before) != before);
    }

    /// <summary>Takes over a value observed during a scrape.</summary>
    public void Set(double value, long scrape)
    {
        Volatile.Write(ref _value, value);
        Volatile.Write(ref _scrape, scrape);
    }

    /// <summary>Whether it was observed in this scrape: what is not observed any more has no value.</summary>
    public bool WasObservedIn(long scrape) => Volatile.Read(ref _scrape) == scrape;

    /// <summary>What it stands at. Buckets are counts of their own, not sums of those below.</summary>
    public MetricSample Sample() => new(_tags, Volatile.Read(ref _value), _buckets is null ? [] : [.. _buckets]) { Exemplars = Array.Exists(_exemplars, static one => one is not null) ? [.. _exemplars] : [] };

    private void Note(int bucket, double value, Activity span)
    {
        var now = Environment.TickCount64;
        if (Volatile.Read(ref _exemplars[bucket]) is { } last && now - last.Tick < Often)
            return;
        Volatile.Write(ref _exemplars[bucket], new(value, span.TraceId.ToHexString(), span.SpanId.ToHexString(), now));
    }

    private bool Has(in KeyValuePair<string, object?> tag)
    {
        foreach (var own in _tags)
        {
            if (string.Equals(own.Key, tag.Key, StringComparison.Ordinal))
                return Equals(own.Value, tag.Value);
        }

        return false;
    }
}
