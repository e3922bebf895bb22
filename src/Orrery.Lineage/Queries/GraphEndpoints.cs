using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Lineage;

/// <summary>Questions to the graph over HTTP. What the caller may not see is told by its kind alone.</summary>
internal sealed class GraphEndpoints(LineageQueries queries, Impacts impacts, PredictionTraces traces, FurtherRights rights)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/lineage/graph", GraphAsync).RequirePermission(Permissions.Read).WithName("GetLineage").WithTags("Lineage")
            .WithSummary("What a thing came of, and what came of it: by depth and kinds, now or as of a time, in pages.");
        app.MapGet("/api/v1/lineage/neighbours", NeighboursAsync).RequirePermission(Permissions.Read).WithName("ListLineageNeighbours").WithTags("Lineage")
            .WithSummary("The things one step up or down from one, all of them, in pages.");
        app.MapGet("/api/v1/lineage/impact", ImpactAsync).RequirePermission(Permissions.Read).WithName("GetLineageImpact").WithTags("Lineage")
            .WithSummary("What uses a column, a source, a data set or anything else, directly or over others.");
        app.MapGet("/api/v1/lineage/predictions/{id}", TraceAsync).RequirePermission(Permissions.Read).WithName("TracePrediction").WithTags("Lineage")
            .WithSummary("The deployment revision, model version, run, training set and sources that one prediction came of.");
    }

    private async Task<Answer<LineageGraph>> GraphAsync(
        string? node, string? direction, int? depth, string? kinds, bool? columns, string? as_of, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        Query(node, direction, depth, kinds, columns, as_of, limit, page_token).Failed(out var wrong, out var query)
            ? wrong
            : await queries.AskAsync(context.Actor(), query, await NodeSight.OfAsync(context, rights, cancel), cancel);

    private async Task<Answer<LineageGraph>> NeighboursAsync(
        string? node, string? direction, bool? columns, string? as_of, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        Query(node, direction ?? "down", null, null, columns, as_of, limit, page_token).Failed(out var wrong, out var query)
            ? wrong
            : await queries.NeighboursAsync(context.Actor(), query, await NodeSight.OfAsync(context, rights, cancel), cancel);

    private async Task<Answer<LineageImpact>> ImpactAsync(
        string? node, string? kinds, bool? columns, string? as_of, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        Query(node, null, null, kinds, columns, as_of, limit, page_token).Failed(out var wrong, out var query)
            ? wrong
            : await impacts.FindAsync(context.Actor(), query, await NodeSight.OfAsync(context, rights, cancel), cancel);

    private async Task<Answer<PredictionTrace>> TraceAsync(string id, HttpContext context, CancellationToken cancel) =>
        await traces.FindAsync(context.Actor(), id, await NodeSight.OfAsync(context, rights, cancel), cancel);

    private static Result<GraphQuery> Query(string? node, string? direction, int? depth, string? kinds, bool? columns, string? asOf, int? limit, string? token)
    {
        if (string.IsNullOrEmpty(node))
            return Failure.Invalid("lineage.invalid_node", "Name a node, as node=model_version:churn/3.");
        if (TimeOf(asOf).Failed(out var wrong, out var at))
            return wrong;
        return new GraphQuery(node)
        {
            Direction = direction ?? "both",
            Depth = depth ?? 10,
            Kinds = kinds?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Columns = columns,
            AsOf = at,
            Limit = limit ?? 200,
            PageToken = token,
        };
    }

    // RFC 3339 or Unix milliseconds.
    private static Result<long?> TimeOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return (long?)null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            return (long?)milliseconds;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : Failure.Invalid("lineage.invalid_time", $"as_of is '{LineageQueries.Clip(text)}'; it must be a time as 2026-11-20T10:00:00Z, or Unix milliseconds.");
    }
}
