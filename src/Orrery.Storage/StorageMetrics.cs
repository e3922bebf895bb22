using System.Diagnostics.Metrics;

namespace Orrery.Storage;

/// <summary>What Storage counts. Meter <c>Orrery.Storage</c>.</summary>
internal sealed class StorageMetrics : IDisposable
{
    private readonly Meter _meter = new("Orrery.Storage");
    private readonly Counter<long> _commits;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _shed;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _duration;

    public StorageMetrics()
    {
        _commits = _meter.CreateCounter<long>("orrery.storage.commits", unit: "{commit}", description: "Transactions committed.");
        _writes = _meter.CreateCounter<long>("orrery.storage.writes", unit: "{write}", description: "Writes committed; several may share a commit.");
        _shed = _meter.CreateCounter<long>("orrery.storage.writes.shed", unit: "{write}", description: "Writes refused because the queue stayed full.");
        _retries = _meter.CreateCounter<long>("orrery.storage.retries", unit: "{retry}", description: "Transactions run again after a lost connection or a deadlock.");
        _duration = _meter.CreateHistogram<double>(
            "orrery.storage.commit.duration",
            unit: "s",
            description: "Time from the first write of a transaction to its commit.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.0005, .001, .002, .005, .01, .02, .05, .1, .5, 1, 5] });
    }

    public void Committed(int writes, TimeSpan duration)
    {
        _commits.Add(1);
        _writes.Add(writes);
        _duration.Record(duration.TotalSeconds);
    }

    public void Shed() => _shed.Add(1);

    public void Retried() => _retries.Add(1);

    public void Dispose() => _meter.Dispose();
}
