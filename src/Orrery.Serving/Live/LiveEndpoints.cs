using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary><c>/api/v1/models/{model}/versions/{version}/live</c>, <c>/api/v1/runs/{run_id}/live</c> and <c>/api/v1/model-inventory</c>.</summary>
internal static class LiveEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/models/{model}/versions/{version}/live", OfVersionAsync).RequirePermission(Permissions.Read).WithTags("Serving")
            .WithName("GetLiveVersion").WithSummary("Where a version is deployed, and how it fares on this server.");
        app.MapGet("/api/v1/deployments/{environment}/{name}/live", OfDeploymentAsync).RequirePermission(Permissions.Read).WithTags("Serving")
            .WithName("GetLiveDeployment").WithSummary("How the variants of a deployment fare on this server, and how its shadows compare.");
        app.MapGet("/api/v1/runs/{run_id}/live", OfRunAsync).RequirePermission(Permissions.Read).WithTags("Serving")
            .WithName("GetLiveRun").WithSummary("Where the versions that a run made are deployed, and how they fare on this server.");
        app.MapGet("/api/v1/model-inventory", InventoryAsync).RequirePermission(Permissions.Read).WithTags("Serving")
            .WithName("ListModelInventory").WithSummary("Which versions of which models are deployed where, now or at a time that was.");
    }

    private static async Task<Answer<ModelInventory>> InventoryAsync(
        string? environment, string? model, string? as_of, int? limit, string? page_token, HttpContext context, Inventories inventories, CancellationToken cancel) =>
        await inventories.ListAsync(context.Actor(), environment, model, as_of, limit, page_token, cancel);

    private static async Task<Answer<LiveServing>> OfVersionAsync(string model, string version, HttpContext context, LiveVersions live, CancellationToken cancel) =>
        await live.OfVersionAsync(context.Actor(), model, version, cancel);

    private static async Task<Answer<LiveServing>> OfDeploymentAsync(string environment, string name, HttpContext context, LiveVersions live, CancellationToken cancel) =>
        await live.OfDeploymentAsync(context.Actor(), environment, name, cancel);

    private static async Task<LiveServing> OfRunAsync(string run_id, HttpContext context, LiveVersions live, CancellationToken cancel) =>
        await live.OfRunAsync(context.Actor(), run_id, cancel);
}
