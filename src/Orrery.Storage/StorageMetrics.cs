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
    private readonly UpDownCounter<long> _jobsRunning;
    private readonly Counter<long> _jobAttempts;
    private readonly Histogram<double> _jobDuration;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _deliveryLag;
    private long _parked;

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
        _jobsRunning = _meter.CreateUpDownCounter<long>("orrery.storage.jobs.running", unit: "{job}", description: "Jobs this server runs now.");
        _jobAttempts = _meter.CreateCounter<long>("orrery.storage.jobs.attempts", unit: "{attempt}", description: "Attempts at jobs that ended, by outcome.");
        _jobDuration = _meter.CreateHistogram<double>(
            "orrery.storage.jobs.duration",
            unit: "s",
            description: "Time that attempts at jobs took, by outcome.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.01, .1, 1, 10, 60, 600, 3600, 36000] });
        _deliveries = _meter.CreateCounter<long>("orrery.storage.outbox.deliveries", unit: "{event}", description: "Events told to handlers, by outcome.");
        _deliveryLag = _meter.CreateHistogram<double>(
            "orrery.storage.outbox.lag",
            unit: "s",
            description: "Time from an event to the end of its handling.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.005, .01, .05, .1, .5, 1, 5, 30, 300, 3600] });
        _meter.CreateObservableGauge("orrery.storage.outbox.parked", () => Parked, unit: "{event}", description: "Events that handlers gave up on. A person must act.");
    }

    /// <summary>Events that handlers gave up on, as last counted.</summary>
    public long Parked
    {
        get => Interlocked.Read(ref _parked);
        set => Interlocked.Exchange(ref _parked, value);
    }

    /// <summary>Whether an instrument is one of these; tests have several servers in one process.</summary>
    public bool Owns(Instrument instrument) => ReferenceEquals(instrument.Meter, _meter);

    public void Committed(int writes, TimeSpan duration)
    {
        _commits.Add(1);
        _writes.Add(writes);
        _duration.Record(duration.TotalSeconds);
    }

    public void Shed() => _shed.Add(1);

    public void Retried() => _retries.Add(1);

    public void JobBegun() => _jobsRunning.Add(1);

    public void JobEnded(string kind, string outcome, TimeSpan duration)
    {
        _jobsRunning.Add(-1);
        _jobAttempts.Add(1, new("kind", kind), new("outcome", outcome));
        _jobDuration.Record(duration.TotalSeconds, new("kind", kind), new("outcome", outcome));
    }

    public void Delivered(string handler, string outcome, TimeSpan lag)
    {
        _deliveries.Add(1, new("handler", handler), new("outcome", outcome));
        _deliveryLag.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("handler", handler));
    }

    public void Dispose() => _meter.Dispose();
}
