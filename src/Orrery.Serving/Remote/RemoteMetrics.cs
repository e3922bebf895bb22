using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orrery.Serving;

/// <summary>What is counted of endpoints elsewhere, on the meter of <see cref="ServingMetrics"/>.</summary>
internal sealed class RemoteMetrics
{
    private readonly ConcurrentDictionary<RemoteCalls, bool> _open = new();
    private readonly Counter<long> _tries;
    private readonly Histogram<double> _latency;

    public RemoteMetrics(Meter meter)
    {
        _tries = meter.CreateCounter<long>("model.remote.tries", description: "Tries at remote endpoints, by what became of them.");
        _latency = meter.CreateHistogram(
            "model.remote.latency", unit: "s", description: "Time of one try at a remote endpoint.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30] });
        meter.CreateObservableGauge(
            "model.remote.circuit_open", () => _open.Keys.Select(static calls => new Measurement<int>(calls.Circuit is CircuitState.Closed ? 0 : 1, calls.Tags)),
            description: "1 while a remote endpoint is left alone because it fails, or is tried again; else 0.");
    }

    /// <summary>Shows a circuit, until it is hidden.</summary>
    public void Show(RemoteCalls calls) => _open[calls] = true;

    public void Hide(RemoteCalls calls) => _open.TryRemove(calls, out _);

    /// <summary>A try ended.</summary>
    public void Tried(KeyValuePair<string, object?>[] tags, TimeSpan elapsed)
    {
        _tries.Add(1, tags);
        _latency.Record(elapsed.TotalSeconds, tags);
    }
}
