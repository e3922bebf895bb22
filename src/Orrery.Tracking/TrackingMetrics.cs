using System.Diagnostics.Metrics;

namespace Orrery.Tracking;

/// <summary>What Tracking counts. Meter <c>Orrery.Tracking</c>.</summary>
internal sealed class TrackingMetrics : IDisposable
{
    private readonly Meter _meter = new("Orrery.Tracking");
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _points;

    public TrackingMetrics()
    {
        _hits = _meter.CreateCounter<long>("orrery.tracking.run_cache.hits", unit: "{run}", description: "Runs served from the cache.");
        _misses = _meter.CreateCounter<long>("orrery.tracking.run_cache.misses", unit: "{run}", description: "Runs read from the database.");
        _points = _meter.CreateCounter<long>("orrery.tracking.metric_points", unit: "{point}", description: "Metric points logged.");
    }

    public void CacheUsed(int hits, int misses)
    {
        if (hits > 0)
            _hits.Add(hits);
        if (misses > 0)
            _misses.Add(misses);
    }

    public void PointsLogged(int count) => _points.Add(count);

    public void Dispose() => _meter.Dispose();
}
