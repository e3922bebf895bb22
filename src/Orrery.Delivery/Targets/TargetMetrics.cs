using System.Diagnostics.Metrics;

namespace Orrery.Delivery;

/// <summary>How targets stand, as this server saw them last.</summary>
internal sealed class TargetMetrics : IDisposable
{
    private readonly Meter _meter;
    private IReadOnlyList<(string Environment, string State, long Count)> _seen = [];

    public TargetMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Orrery.Delivery");
        _meter.CreateObservableGauge(
            "orrery.delivery.targets",
            () => _seen.Select(static one => new Measurement<long>(one.Count, new KeyValuePair<string, object?>("environment", one.Environment), new KeyValuePair<string, object?>("state", one.State))),
            unit: "{target}",
            description: "Targets by how their repository and cluster stand: in_sync, drifted, refused (a commit without approval; a person must act), unknown.");
    }

    public void Saw(IReadOnlyList<(string Environment, string State, long Count)> seen) => _seen = seen;

    public void Dispose() => _meter.Dispose();
}
