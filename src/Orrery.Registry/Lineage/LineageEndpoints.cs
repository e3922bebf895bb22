using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Tenancy;

namespace Orrery.Registry;

/// <summary>Lineage over HTTP. What the caller may not see is in the graph by its kind alone.</summary>
internal static class LineageEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/features/projects/{project}/lineage", FeaturesAsync).RequirePermission("features.read", "feature-view").WithName("GetFeatureLineage").WithTags("Features")
            .WithSummary("What a view, a source or a training set came of, and the training sets, runs and model versions that came of it.");
        app.MapGet("/api/v1/lineage/runs/{runId}", RunAsync).RequirePermission("tracking.read", "experiment").WithName("GetRunLineage").WithTags("Lineage")
            .WithSummary("The training sets, views and sources that a run came of, and the model versions that it made.");
        app.MapGet("/api/v1/lineage/model-versions/{name}/{version}", VersionAsync).RequirePermission(Permissions.Read, ModelRules.Kind).WithName("GetModelVersionLineage")
            .WithTags("Lineage").WithSummary("The run, training sets, views and sources that a model version came of.");
    }

    private static async Task<Answer<LineageGraph>> FeaturesAsync(
        string project, string? view, string? source, string? training_set, HttpContext context, ModelLineage lineage, FurtherRights rights, CancellationToken cancel) =>
        await lineage.OfFeaturesAsync(context.Actor(), project, view, source, training_set, await LineageSight.OfAsync(context, rights, cancel), cancel);

    private static async Task<Answer<LineageGraph>> RunAsync(string runId, HttpContext context, ModelLineage lineage, FurtherRights rights, CancellationToken cancel) =>
        await lineage.OfRunAsync(context.Actor(), runId, await LineageSight.OfAsync(context, rights, cancel), cancel);

    // Routing leaves an encoded slash encoded; a model's name may have one.
    private static async Task<Answer<LineageGraph>> VersionAsync(
        string name, string version, HttpContext context, ModelVersions versions, ModelLineage lineage, FurtherRights rights, CancellationToken cancel)
    {
        var model = name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if ((await versions.GetAsync(context.Actor(), model, version, cancel)).Failed(out var failure, out var found))
            return failure;
        var sight = await LineageSight.OfAsync(context, rights, cancel);
        return sight.SeesModel(found.ModelId) ? await lineage.OfVersionAsync(context.Actor(), found, sight, cancel) : RegisteredModels.NotFound(model);
    }
}
