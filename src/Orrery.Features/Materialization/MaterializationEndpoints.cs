using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Materialization, how views stand online, and erasure, below <c>/api/v1/features/projects/{project}</c>.</summary>
internal static class MaterializationEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var project = app.MapGroup("/api/v1/features/projects/{project}").WithTags("Features");
        project.MapPost("materialize", StartAsync).RequirePermission(Permissions.Materialize, Permissions.ViewKind).WithName("StartMaterialization")
            .WithSummary("Brings feature views online: what is new, a time, or everything anew.");
        project.MapGet("materializations", ListAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("ListMaterializations")
            .WithSummary("Materializations, newest first.");
        project.MapGet("materializations/{runId}", FindAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("GetMaterialization")
            .WithSummary("One materialization: its state, progress and rows.");
        project.MapGet("online", StatusAsync).RequirePermission(Permissions.Read, Permissions.ViewKind).WithName("GetOnlineStatus")
            .WithSummary("How feature views stand online: how far, how fresh, how large.");
        project.MapPost("erase", EraseAsync).RequirePermission(Permissions.Erase).WithName("EraseEntity").WithSummary("Deletes one entity's values from every store, with a receipt.");
        project.MapGet("erasures", ListErasuresAsync).RequirePermission(Permissions.Erase).WithName("ListErasures").WithSummary("Receipts of erasures, newest first.");
        project.MapGet("erasures/{erasureId}", FindErasureAsync).RequirePermission(Permissions.Erase).WithName("GetErasure").WithSummary("One receipt.");
    }

    private static async Task<Answer<MaterializationRunPage>> StartAsync(
        string project, StrictBody<StartMaterialization> body, HttpContext context, Materializations materializations, CancellationToken cancel) =>
        body.Result.Failed(out var wrong, out var asked) ? wrong : Answer.Accepted(await materializations.StartAsync(context.Actor(), project, asked, cancel));

    private static async Task<Answer<MaterializationRunPage>> ListAsync(
        string project, string? view, int? limit, string? page_token, HttpContext context, Materializations materializations, CancellationToken cancel) =>
        FeaturePages.LimitProblem(limit) is { } wrong ? wrong : await materializations.ListAsync(context.Actor(), project, view, limit ?? FeaturePages.DefaultLimit, page_token, cancel);

    private static async Task<Answer<MaterializationRun>> FindAsync(
        string project, string runId, HttpContext context, Materializations materializations, CancellationToken cancel) =>
        await materializations.FindAsync(context.Actor(), project, runId, cancel);

    private static async Task<Answer<OnlineStatus>> StatusAsync(string project, HttpContext context, Materializations materializations, CancellationToken cancel) =>
        await materializations.StatusAsync(context.Actor(), project, cancel);

    private static async Task<Answer<ErasureReceipt>> EraseAsync(
        string project, StrictBody<EraseEntity> body, HttpContext context, Erasures erasures, CancellationToken cancel) =>
        body.Result.Failed(out var wrong, out var asked) ? wrong : await erasures.EraseAsync(context.Actor(), project, asked, cancel);

    private static async Task<Answer<ErasureReceiptPage>> ListErasuresAsync(
        string project, int? limit, string? page_token, HttpContext context, Erasures erasures, CancellationToken cancel) =>
        FeaturePages.LimitProblem(limit) is { } wrong ? wrong : await erasures.ListAsync(context.Actor(), project, limit ?? FeaturePages.DefaultLimit, page_token, cancel);

    private static async Task<Answer<ErasureReceipt>> FindErasureAsync(string project, string erasureId, HttpContext context, Erasures erasures, CancellationToken cancel) =>
        await erasures.FindAsync(context.Actor(), project, erasureId, cancel);
}
