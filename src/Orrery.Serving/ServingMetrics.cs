using System.Diagnostics.Metrics;

namespace Orrery.Serving;

/// <summary>What serving counts, by deployment and variant. Meter <c>Orrery.Serving</c>.</summary>
internal sealed class ServingMetrics : IDisposable
{
    private static readonly InstrumentAdvice<double> Fast = new() { HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] };

    private readonly Meter _meter = new("Orrery.Serving");
    private readonly Counter<long> _predictions;
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _latency;

    public ServingMetrics()
    {
        _predictions = _meter.CreateCounter<long>("model.predictions", description: "Predictions, by what became of them.");
        _rows = _meter.CreateCounter<long>("model.prediction_rows", description: "Rows predicted.");
        _latency = _meter.CreateHistogram("model.latency", unit: "s", description: "Time of a prediction, from request to answer.", advice: Fast);
    }

    public void Answered(ActiveDeployment deployment, ActiveVariant variant, int status, long rows, TimeSpan elapsed)
    {
        var tags = Tags(deployment, variant, status switch { 200 => "ok", 499 => "gone", < 500 => "invalid", 504 => "timeout", _ => "failed" });
        _predictions.Add(1, tags);
        _latency.Record(elapsed.TotalSeconds, tags);
        if (status == 200)
            _rows.Add(rows, tags);
    }

    public void Refused(ActiveDeployment deployment, ActiveVariant variant, string code) =>
        _predictions.Add(1, Tags(deployment, variant, code == "serving.rate_limited" ? "rate_limited" : "overloaded"));

    public void Dispose() => _meter.Dispose();

    private static System.Diagnostics.TagList Tags(ActiveDeployment deployment, ActiveVariant variant, string outcome) => new()
    {
        { "model", deployment.Row.Key.Name },
        { "environment", deployment.Row.Key.Environment },
        { "variant", variant.Name },
        { "version", variant.Version },
        { "outcome", outcome },
    };
}
