using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Questions to the graph of lineage. Native: an MLflow server answers 404.</summary>
public sealed class LineageApi
{
    private readonly Wire _wire;

    internal LineageApi(Wire wire) => _wire = wire;

    /// <summary>
    /// What a thing came of, and what came of it, one page. 404 <c>lineage.node_not_found</c>; 400 <c>lineage.invalid_node</c>, <c>lineage.invalid_direction</c>,
    /// <c>lineage.invalid_depth</c>, <c>lineage.invalid_kind</c>, <c>lineage.invalid_limit</c>, <c>lineage.invalid_time</c>, <c>lineage.invalid_page_token</c>.
    /// </summary>
    /// <param name="node">A kind and a key or name, as <c>model_version:churn/3</c>.</param>
    /// <param name="direction"><c>up</c>, <c>down</c> or <c>both</c>; null for both.</param>
    /// <param name="depth">Most steps, 1 to 50; null for 10.</param>
    /// <param name="kinds">Kinds that are told; empty for all.</param>
    /// <param name="columns">Walk over columns and features too; null when the node is one.</param>
    /// <param name="asOf">The graph as it was then; null for now.</param>
    /// <param name="limit">Nodes of a page, 1 to 1,000; null for 200.</param>
    /// <param name="pageToken">Of the page before; null for the first.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<LineageGraph> GetAsync(
        string node, string? direction = null, int? depth = null, IReadOnlyList<string>? kinds = null, bool? columns = null, DateTimeOffset? asOf = null, int? limit = null,
        string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageGraph>(Ask("lineage/graph", node, kinds, columns, asOf, limit, pageToken).With("direction", direction).With("depth", depth), cancel);

    /// <summary>What uses a thing, directly or over others, one page; failures as of <c>GetAsync</c>.</summary>
    public Task<LineageImpact> GetImpactAsync(
        string node, IReadOnlyList<string>? kinds = null, bool? columns = null, DateTimeOffset? asOf = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageImpact>(Ask("lineage/impact", node, kinds, columns, asOf, limit, pageToken), cancel);

    /// <summary>The things one step away in one direction, one page; failures as of <c>GetAsync</c>.</summary>
    public Task<LineageGraph> GetNeighboursAsync(string node, string direction, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageGraph>(Ask("lineage/neighbours", node, null, null, null, limit, pageToken).With("direction", direction), cancel);

    /// <summary>What a prediction came of; 404 <c>serving.prediction_not_found</c>.</summary>
    public Task<PredictionTrace> TraceAsync(string predictionId, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PredictionTrace>($"lineage/predictions/{Uri.EscapeDataString(predictionId)}", cancel);

    /// <summary>OpenLineage events as they came, newest first.</summary>
    public Task<LineageEventPage> ListEventsAsync(DateTimeOffset? after = null, DateTimeOffset? before = null, int? limit = null, string? pageToken = null, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<LineageEventPage>(
            new Query("lineage/events").With("after", after?.ToUnixTimeMilliseconds()).With("before", before?.ToUnixTimeMilliseconds()).With("limit", limit).With("page_token", pageToken), cancel);

    private static Query Ask(string path, string node, IReadOnlyList<string>? kinds, bool? columns, DateTimeOffset? asOf, int? limit, string? pageToken) => new Query(path)
        .With("node", node).With("kinds", kinds is { Count: > 0 } ? string.Join(',', kinds) : null).With("columns", columns is { } walked ? walked ? "true" : "false" : null)
        .With("as_of", asOf?.ToUnixTimeMilliseconds()).With("limit", limit).With("page_token", pageToken);
}
