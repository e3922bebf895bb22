using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>POST /api/v1/features/projects/{project}/import-redis</c>: brings what Feast left in the server's Redis into the online store.</summary>
internal sealed class FeastRedisEndpoint(Projects projects, IOnlineStore store, RedisOptions redis, Db db, AuditLog audit, TimeProvider time, ILogger<FeastRedisEndpoint> logger)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/features/projects/{project}/import-redis", ImportAsync).RequirePermission(Permissions.Materialize).WithTags("Features")
            .WithName("ImportFeastRedis").WithSummary("Copies the values that Feast left in the server's Redis into the online store.");

    private async Task<Answer<FeastRedisImported>> ImportAsync(string project, StrictBody<FeastRedisImport> body, HttpContext context, CancellationToken cancel)
    {
        var actor = context.Actor();
        if (body.Result.Failed(out var wrong, out var asked))
            return wrong;
        if (!redis.IsSet)
            return Failure.Unsupported("features.no_redis", "This server has no Redis; start it with --redis host:port of the one that Feast wrote to.");
        if (string.IsNullOrEmpty(asked.FeastProject))
            return Failure.Invalid("features.feast_project_missing", "'feast_project' is missing: Feast's name of the project, which its keys end in.");
        if ((await projects.FindAsync(actor, project, cancel)).Failed(out var none, out var found))
            return none;
        if (Views(found, asked.Views).Failed(out var noView, out var views))
            return noView;
        await using var link = new RedisLink(redis.Parse()!, time, logger);
        await link.StartAsync();
        var reader = new FeastRedisReader(link, redis, asked.FeastProject);
        var rows = new Dictionary<string, long>();
        foreach (var view in views)
        {
            if ((await reader.CopyAsync(view, OnlineTable.Of(found, view), store, cancel)).Failed(out var failure, out var copied))
                return failure;
            rows[view.Name] = copied;
        }

        var recorded = await db.WriteAsync<Done>(async session =>
        {
            await audit.AppendAsync(session, actor, new("feature.import_redis", "feature-project", found.Name) { Detail = $$"""{"views":{{rows.Count}},"rows":{{rows.Values.Sum()}}}""" });
            return Done.Ok;
        }, cancel);
        return recorded.Failed(out var unrecorded, out _) ? unrecorded : new FeastRedisImported { Rows = rows };
    }

    private static Result<List<FeatureView>> Views(FeatureProject project, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return project.Views.Values.Where(static view => view.IsOnline).OrderBy(static view => view.Name, StringComparer.Ordinal).ToList();
        var views = new List<FeatureView>();
        foreach (var name in names)
        {
            if (project.FindView(name, version: null) is not { IsOnline: true } view)
                return Failure.NotFound("features.view_not_found", $"There is no feature view {DefinitionNames.Clip(name)} in project {project.Name} that is served online.");
            views.Add(view);
        }

        return views;
    }
}
