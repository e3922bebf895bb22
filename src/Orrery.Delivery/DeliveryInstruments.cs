using System.Diagnostics.Metrics;

namespace Orrery.Delivery;

/// <summary>What delivery counts. Meter <c>Orrery.Delivery</c>.</summary>
internal sealed class DeliveryInstruments : IDisposable
{
    private static readonly InstrumentAdvice<double> Long = new() { HistogramBucketBoundaries = [.01, .05, .1, .5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800] };

    private readonly Meter _meter = new("Orrery.Delivery");
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _lead;
    private readonly Counter<long> _rollbacks;
    private readonly Counter<long> _notices;

    public DeliveryInstruments()
    {
        _ended = _meter.CreateCounter<long>("orrery.delivery.deliveries", description: "Deliveries that ended, by how.");
        _stages = _meter.CreateHistogram("orrery.delivery.stage.duration", unit: "s", description: "Time of a stage, from its first begin to its end.", advice: Long);
        _lead = _meter.CreateHistogram("orrery.delivery.lead_time", unit: "s", description: "Time from the request until users had the version.", advice: Long);
        _rollbacks = _meter.CreateCounter<long>("orrery.delivery.rollbacks", description: "Deliveries that were taken back, by why.");
        _notices = _meter.CreateCounter<long>("orrery.delivery.notices", description: "Notices of deliveries, by road and by what became of them.");
    }

    public void Ended(string environment, string state) => _ended.Add(1, new("environment", environment), new KeyValuePair<string, object?>("state", state));

    public void StageEnded(string stage, string state, TimeSpan elapsed) =>
        _stages.Record(elapsed.TotalSeconds, new("stage", stage), new KeyValuePair<string, object?>("outcome", state));

    public void Led(string environment, TimeSpan elapsed) => _lead.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("environment", environment));

    public void RolledBack(string environment, string why) => _rollbacks.Add(1, new("environment", environment), new KeyValuePair<string, object?>("reason", why));

    public void Told(string road, bool succeeded) => _notices.Add(1, new("road", road), new KeyValuePair<string, object?>("outcome", succeeded ? "sent" : "failed"));

    public void Dispose() => _meter.Dispose();
}
