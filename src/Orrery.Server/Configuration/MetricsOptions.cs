namespace Orrery.Server;

/// <summary>The <c>/metrics</c> page. Section <c>Orrery:Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    /// <summary>Label sets kept a metric, 10 to 100,000; more are summed in one marked <c>otel_metric_overflow="true"</c>. Default 2000.</summary>
    public int MaxSeries { get; set; } = 2000;

    public IEnumerable<string> Problems()
    {
        if (MaxSeries is < 10 or > 100_000)
            yield return $"Orrery:Metrics:MaxSeries is {MaxSeries}; it must be 10 to 100000.";
    }
}
