using System.Diagnostics.Metrics;

namespace Orrery.Registry;

/// <summary>What Registry measures. Meter <c>Orrery.Registry</c>. Its jobs and the delivery of its events are Storage's to measure.</summary>
internal sealed class RegistryMetrics : IDisposable
{
    private readonly Meter _meter = new("Orrery.Registry");
    private readonly Histogram<double> _webhookCalls;

    public RegistryMetrics() => _webhookCalls = _meter.CreateHistogram<double>(
        "orrery.registry.webhooks.duration",
        unit: "s",
        description: "Time that calls of webhooks took, by outcome.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30] });

    public void WebhookCalled(string outcome, TimeSpan duration) =>
        _webhookCalls.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
