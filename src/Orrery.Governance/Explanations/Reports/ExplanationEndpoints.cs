using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/explanations</c>. The data may hold anything, so that asking needs the right to restricted rows, too.</summary>
internal static class ExplanationEndpoints
{
    private const string Restricted = "features.restricted";
    private const string ViewKind = "feature-view";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/explanations").WithTags("Governance");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Evaluate).WithName("CreateExplanation").WithSummary("Has a version explained over data: importance, effects, examples, and the background of later explanations.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListExplanations").WithSummary("Explanation reports, newest first, without what they found.");
        all.MapPost("instances", InstancesAsync).RequirePermission(Permissions.Evaluate).WithName("ExplainInstances").WithSummary("Explains rows by a version that need not be deployed.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetExplanation").WithSummary("An explanation report, and how far it is.");
        one.MapPost("cancel", CancelAsync).RequirePermission(Permissions.Evaluate).WithName("CancelExplanation").WithSummary("Ends a report that is being made.");
        one.MapPost("reproduce", ReproduceAsync).RequirePermission(Permissions.Evaluate).WithName("ReproduceExplanation").WithSummary("Computes a report again and says whether all is the same to the last digit.");
    }

    private static async Task<Answer<ExplanationReport>> CreateAsync(ExplanationSpec body, HttpContext context, Explanations explanations, FurtherRights further, CancellationToken cancel)
    {
        if (!await MayAsync(context, further, cancel))
            return Refusal;
        var made = await explanations.CreateAsync(context.Actor(), body, cancel);
        if (made.Succeeded)
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/explanations/{made.Value.Id}";
        return Answer.Accepted(made);
    }

    private static async Task<Answer<ExplanationPage>> ListAsync(
        string? model, string? version, string? state, int? limit, string? page_token, HttpContext context, Explanations explanations, CancellationToken cancel) =>
        await explanations.ListAsync(context.Actor(), model, version, state, limit, page_token, cancel);

    private static async Task<Answer<InstanceExplanations>> InstancesAsync(ExplainInstances body, HttpContext context, InstanceExplaining explaining, CancellationToken cancel) =>
        await explaining.ExplainAsync(context.Actor(), body, cancel);

    private static async Task<Answer<ExplanationReport>> GetAsync(string id, HttpContext context, Explanations explanations, FurtherRights further, CancellationToken cancel) =>
        await explanations.GetAsync(context.Actor(), id, await MayAsync(context, further, cancel), cancel);

    private static async Task<Answer<ExplanationReport>> CancelAsync(string id, HttpContext context, Explanations explanations, CancellationToken cancel) =>
        await explanations.CancelAsync(context.Actor(), id, cancel);

    private static async Task<Answer<ExplanationReproduction>> ReproduceAsync(string id, HttpContext context, Explanations explanations, FurtherRights further, CancellationToken cancel) =>
        await MayAsync(context, further, cancel) ? await explanations.ReproduceAsync(context.Actor(), id, cancel) : Refusal;

    private static async ValueTask<bool> MayAsync(HttpContext context, FurtherRights further, CancellationToken cancel) =>
        await further.OfAsync(context, Restricted, ViewKind, cancel) is (true, null);

    private static Failure Refusal => new(
        FailureKind.Denied, "governance.explanation_restricted", $"Explanations read rows that may hold anything: they need the permission {Restricted} in the whole workspace, too.");
}
