using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on metrics.</summary>
public sealed class MetricApi
{
    private readonly Wire _wire;

    internal MetricApi(Wire wire) => _wire = wire;

    /// <summary>All points of a metric, by timestamp, step and value. Empty when the run has no such metric.</summary>
    public IAsyncEnumerable<Metric> HistoryAsync(string runId, string key, CancellationToken cancel = default) => Paging.AllAsync(
        (token, stop) => HistoryPageAsync(runId, key, TrackingLimits.HistoryPage, token, stop),
        page => page.Metrics,
        page => page.NextPageToken,
        cancel: cancel);

    /// <summary>One page of a metric's points.</summary>
    public Task<MetricPage> HistoryPageAsync(
        string runId, string key, int maxResults, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetMlflowAsync<MetricPage>(
            new Query("metrics/get-history")
                .With("run_id", runId)
                .With("metric_key", key)
                .With("max_results", maxResults)
                .With("page_token", pageToken),
            cancel);
}
