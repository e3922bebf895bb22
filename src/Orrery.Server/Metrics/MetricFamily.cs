namespace Orrery.Server;

/// <summary>
/// One metric and its series. Finding a series takes no lock and allocates nothing: the table is open-addressed, only ever
/// grows, and is replaced whole when it does. Beyond the largest number of series one overflow series takes all the rest.
/// </summary>
internal sealed class MetricFamily
{
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel.metric.overflow", true)];
    private readonly Lock _lock = new();
    private readonly int _maxSeries;
    private readonly double[]? _bounds;
    private MetricSeries?[] _table = new MetricSeries?[16];
    private MetricSeries? _overflow;
    private int _count;
    private long _overflowed;

    /// <param name="name">Prometheus name without <c>_total</c>.</param>
    /// <param name="kind">What it is to Prometheus.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="bounds">Upper bounds of a histogram's buckets, rising.</param>
    /// <param name="isObserved">Its values are read during scrapes, and are absolute.</param>
    /// <param name="maxSeries">Most label sets kept.</param>
    public MetricFamily(string name, MetricKind kind, string help, double[] bounds, bool isObserved, int maxSeries)
    {
        Name = name;
        Kind = kind;
        Help = help;
        IsObserved = isObserved;
        _bounds = kind is MetricKind.Histogram ? bounds : null;
        _maxSeries = maxSeries;
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    public string Help { get; }

    public bool IsObserved { get; }

    /// <summary>Measurements that went to the overflow series since the start.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    /// <summary>Number of the scrape under way; set before instruments are observed.</summary>
    public long Scrape { get; set; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (double.IsNaN(value))
            return;
        var series = Find(tags);
        if (IsObserved)
            series.Set(value, Scrape);
        else if (Kind is MetricKind.Gauge)
            series.Add(value);
        else if (value >= 0 || Kind is MetricKind.Histogram)
            series.Add(value);
    }

    /// <summary>As <see cref="Record"/> for instruments that report a level, not a change.</summary>
    public void Replace(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(tags).Set(value, Scrape);

    public MetricSnapshot Snapshot()
    {
        var samples = new List<MetricSample>();
        foreach (var series in Volatile.Read(ref _table))
        {
            if (series is not null && (!IsObserved || series.WasObservedIn(Scrape)))
                samples.Add(series.Sample());
        }

        if (_overflow is { } overflow)
            samples.Add(overflow.Sample());
        return new MetricSnapshot(Name, Kind, Help, _bounds ?? [], samples);
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = HashOf(tags);
        return Find(Volatile.Read(ref _table), tags, hash) ?? Add(tags, hash);
    }

    private static MetricSeries? Find(MetricSeries?[] table, ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        var mask = table.Length - 1;
        for (var i = hash & mask; ; i = (i + 1) & mask)
        {
            var series = Volatile.Read(ref table[i]);
            if (series is null || series.Matches(tags, hash))
                return series;
        }
    }

    private MetricSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        lock (_lock)
        {
            if (Find(_table, tags, hash) is { } known)
                return known;
            if (_count >= _maxSeries)
            {
                _overflowed++;
                return _overflow ??= new MetricSeries(OverflowTags, 0, _bounds);
            }

            // Never more than half full, so that a search ends soon.
            if (++_count * 2 > _table.Length)
                Volatile.Write(ref _table, Grown(_table));
            var series = new MetricSeries(tags, hash, _bounds);
            Put(_table, series);
            return series;
        }
    }

    private static MetricSeries?[] Grown(MetricSeries?[] table)
    {
        var grown = new MetricSeries?[table.Length * 2];
        foreach (var series in table)
        {
            if (series is not null)
                Put(grown, series);
        }

        return grown;
    }

    private static void Put(MetricSeries?[] table, MetricSeries series)
    {
        var mask = table.Length - 1;
        var i = series.Hash & mask;
        while (table[i] is not null)
            i = (i + 1) & mask;
        Volatile.Write(ref table[i], series);
    }

    // A sum, so that the order of tags does not matter.
    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = 0;
        foreach (var (key, value) in tags)
            hash += HashCode.Combine(key.GetHashCode(StringComparison.Ordinal), value?.GetHashCode() ?? 0);
        return hash;
    }
}
