using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>Keeps what one server's Storage measures in seconds, and the spans of the whole process.</summary>
internal sealed class Observed : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _spans;
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();
    private readonly ConcurrentQueue<Activity> _ended = new();

    public Observed(StorageMetrics metrics)
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (metrics.Owns(instrument))
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            _measured.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")))));
        _meters.Start();
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Orrery.Storage",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_spans);
    }

    /// <summary>Values and tags of a histogram.</summary>
    public IReadOnlyList<(double Value, string Tags)> Seconds(string instrument) =>
        [.. _measured.Where(m => m.Name == instrument).Select(static m => (m.Value, m.Tags))];

    /// <summary>Ended spans of a name: outcome and status.</summary>
    public IReadOnlyList<(string? Outcome, ActivityStatusCode Status)> Spans(string name) =>
        [.. _ended.Where(span => span.OperationName == name).Select(static span => ((string?)span.GetTagItem("outcome"), span.Status))];

    public void Dispose()
    {
        _meters.Dispose();
        _spans.Dispose();
    }
}
