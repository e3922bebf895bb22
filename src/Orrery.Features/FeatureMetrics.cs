using System.Diagnostics.Metrics;

namespace Orrery.Features;

/// <summary>What Features counts. Meter <c>Orrery.Features</c>.</summary>
internal sealed class FeatureMetrics : IDisposable
{
    private const int MaxViews = 200;
    private static readonly InstrumentAdvice<double> Fast = new() { HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .1, .5, 1] };
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _views = new(StringComparer.Ordinal);
    private readonly Meter _meter = new("Orrery.Features");
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _statuses;
    private readonly Counter<long> _pushed;
    private readonly Counter<long> _logBytes;
    private readonly Counter<long> _logFlushes;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _writes;

    public FeatureMetrics()
    {
        _duration = _meter.CreateHistogram("orrery.features.online.duration", unit: "s", description: "Time of a read of online features, from request to answer.", advice: Fast);
        _rows = _meter.CreateCounter<long>("orrery.features.online.rows", unit: "{row}", description: "Entity rows answered.");
        _statuses = _meter.CreateCounter<long>("orrery.features.online.views", unit: "{row}", description: "Rows of views read, by what was found.");
        _pushed = _meter.CreateCounter<long>("orrery.features.pushed", unit: "{row}", description: "Rows pushed, by what became of them.");
        _logBytes = _meter.CreateCounter<long>("orrery.features.online.log", unit: "By", description: "Bytes written to the log of the store in process.");
        _logFlushes = _meter.CreateCounter<long>("orrery.features.online.log_flushes", unit: "{flush}", description: "Flushes of that log.");
        _reads = _meter.CreateCounter<long>("orrery.features.online.store_reads", unit: "{row}", description: "Rows asked of the online store.");
        _writes = _meter.CreateCounter<long>("orrery.features.online.store_writes", unit: "{row}", description: "Rows written to the online store.");
    }

    public void Answered(int rows, TimeSpan elapsed, bool failed)
    {
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", failed ? "refused" : "answered"));
        if (!failed)
            _rows.Add(rows);
    }

    /// <summary>Rows of one view by what was found; the first 200 views have their name as a tag, all others share one.</summary>
    public void Found(string view, int present, int missing, int expired)
    {
        if (!_views.ContainsKey(view) && (_views.Count >= MaxViews || !_views.TryAdd(view, true)))
            view = "(other)";
        Count(view, "present", present);
        Count(view, "not_found", missing);
        Count(view, "outside_max_age", expired);
    }

    public void Pushed(int rows, string outcome) => _pushed.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));

    public void LogWritten(int bytes)
    {
        _logBytes.Add(bytes);
        _logFlushes.Add(1);
    }

    public void StoreRead(int rows) => _reads.Add(rows);

    public void StoreWritten(int rows) => _writes.Add(rows);

    public void Dispose() => _meter.Dispose();

    private void Count(string view, string found, int rows)
    {
        if (rows > 0)
            _statuses.Add(rows, new("view", view), new("status", found));
    }
}
