namespace Orrery.Server;

/// <summary>
/// The names that dashboards ask for, <c>http_requests_total</c> and <c>http_request_duration_seconds</c> by method, route and
/// status: made at the scrape from ASP.NET Core's own histogram, so that requests are measured once.
/// </summary>
internal static class RequestMetrics
{
    private const string Source = "http_server_request_duration_seconds";

    public static IEnumerable<MetricSnapshot> Derive(IEnumerable<MetricSnapshot> metrics)
    {
        if (metrics.FirstOrDefault(metric => metric.Name == Source) is not { } source)
            return [];
        var samples = source.Samples.GroupBy(KeyOf).Select(group => Merge(group.Key, [.. group])).ToArray();
        return
        [
            new("http_requests", MetricKind.Counter, "Requests answered.", [], [.. samples.Select(sample => sample with { Value = sample.Buckets.Sum(), Buckets = [] })]),
            new("http_request_duration_seconds", MetricKind.Histogram, "Time from a request's headers to the end of its answer.", source.Bounds, samples),
        ];
    }

    private static (string Method, string Route, string Status) KeyOf(MetricSample sample) =>
        (Tag(sample, "http.request.method"), Tag(sample, "http.route"), Tag(sample, "http.response.status_code"));

    private static MetricSample Merge((string Method, string Route, string Status) key, MetricSample[] group)
    {
        var buckets = new long[group[0].Buckets.Length];
        foreach (var sample in group)
        {
            for (var i = 0; i < buckets.Length; i++)
                buckets[i] += sample.Buckets[i];
        }

        return new MetricSample(
            [new("method", key.Method), new("route", key.Route), new("status", key.Status)], group.Sum(sample => sample.Value), buckets)
        { Exemplars = group.MaxBy(static sample => sample.Exemplars.Length)!.Exemplars };
    }

    // A request that no route took has none.
    private static string Tag(MetricSample sample, string name) =>
        Array.Find(sample.Tags, tag => tag.Key == name).Value?.ToString() ?? "";
}
