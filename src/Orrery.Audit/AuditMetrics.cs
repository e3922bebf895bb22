using System.Diagnostics.Metrics;

namespace Orrery.Audit;

/// <summary>What Audit counts. Meter <c>Orrery.Audit</c>.</summary>
internal sealed class AuditMetrics : IDisposable
{
    private readonly Meter _meter = new("Orrery.Audit");
    private readonly Counter<long> _appended;
    private readonly Counter<long> _sealed;
    private readonly Counter<long> _checkpoints;
    private readonly Counter<long> _unpublished;
    private readonly Gauge<long> _waiting;
    private readonly Histogram<double> _sealing;

    public AuditMetrics()
    {
        _appended = _meter.CreateCounter<long>("orrery.audit.entries.appended", unit: "{entry}", description: "Entries written, those of undone transactions among them.");
        _sealed = _meter.CreateCounter<long>("orrery.audit.entries.sealed", unit: "{entry}", description: "Entries put into their chain.");
        _checkpoints = _meter.CreateCounter<long>("orrery.audit.checkpoints", unit: "{checkpoint}", description: "Checkpoints signed.");
        _unpublished = _meter.CreateCounter<long>("orrery.audit.anchor.failures", unit: "{failure}", description: "Checkpoints that an anchor did not take; they are tried again.");
        _waiting = _meter.CreateGauge<long>("orrery.audit.entries.waiting", unit: "{entry}", description: "Entries that wait to be put into their chain.");
        _sealing = _meter.CreateHistogram<double>("orrery.audit.seal.duration", unit: "s", description: "Time to put one batch of entries into their chains.");
    }

    /// <summary>How many entries wait to be put into their chain, as the server that seals saw last.</summary>
    public void Waiting(long count) => _waiting.Record(count);

    public void Appended() => _appended.Add(1);

    public void Sealed(int count, TimeSpan took)
    {
        _sealed.Add(count);
        _sealing.Record(took.TotalSeconds);
    }

    public void Signed() => _checkpoints.Add(1);

    public void NotPublished() => _unpublished.Add(1);

    public void Dispose() => _meter.Dispose();
}
