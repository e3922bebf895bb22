using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/explanations</c>. Whoever asks must be allowed to have the rows read, too.</summary>
internal static class ExplanationEndpoints
{
    private const string Log = "serving.log";
    private const string DeploymentKind = "deployment";
    private const string Restricted = "governance.explanation_restricted";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/explanations").WithTags("Governance");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Evaluate).WithName("CreateExplanation").WithSummary("Has a version explained over data: importance, effects, examples, and the background of later explanations.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListExplanations").WithSummary("Explanation reports, newest first, without what they found.");
        all.MapPost("instances", InstancesAsync).RequirePermission(Permissions.Evaluate).WithName("ExplainInstances").WithSummary("Explains rows by a version that need not be deployed.");
        all.MapPost("counterfactuals", CounterfactualsAsync).RequirePermission(Permissions.Evaluate).WithName("FindCounterfactuals").WithSummary("Finds the smallest allowed changes of rows after which a version answers as wanted.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Read).WithName("GetExplanation").WithSummary("An explanation report, and how far it is.");
        one.MapPost("cancel", CancelAsync).RequirePermission(Permissions.Evaluate).WithName("CancelExplanation").WithSummary("Ends a report that is being made.");
        one.MapPost("reproduce", ReproduceAsync).RequirePermission(Permissions.Evaluate).WithName("ReproduceExplanation").WithSummary("Computes a report again and says whether all is the same to the last digit.");
    }

    private static async Task<Answer<ExplanationReport>> CreateAsync(ExplanationSpec body, HttpContext context, Explanations explanations, RowRights rights, CancellationToken cancel)
    {
        if (await rights.RefusalAsync(body.Data, Restricted, context, cancel) is { } refused)
            return refused;
        var made = await explanations.CreateAsync(context.Actor(), body, cancel);
        if (made.Succeeded)
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/explanations/{made.Value.Id}";
        return Answer.Accepted(made);
    }

    private static async Task<Answer<ExplanationPage>> ListAsync(
        string? model, string? version, string? state, int? limit, string? page_token, HttpContext context, Explanations explanations, CancellationToken cancel) =>
        await explanations.ListAsync(context.Actor(), model, version, state, limit, page_token, cancel);

    // A logged prediction shows what was asked.
    private static async Task<Answer<InstanceExplanations>> InstancesAsync(ExplainInstances body, HttpContext context, InstanceExplaining explaining, FurtherRights further, CancellationToken cancel)
    {
        if (body.PredictionId is not null && LogRefusal(await further.OfAsync(context, Log, DeploymentKind, cancel)) is { } refused)
            return refused;
        return await explaining.ExplainAsync(context.Actor(), body, cancel);
    }

    /// <summary>Why a logged prediction may not be explained; null when it may. A prediction's id does not tell its deployment, so that a right on some of them is not enough.</summary>
    internal static Failure? LogRefusal((bool Allowed, ObjectLimits? Limits) right) =>
        right is (true, null) ? null : new Failure(FailureKind.Denied, Restricted, $"Explaining a logged prediction needs the permission {Log} on all deployments of the workspace, too.");

    private static async Task<Answer<CounterfactualAnswers>> CounterfactualsAsync(CounterfactualInstances body, HttpContext context, CounterfactualExplaining explaining, CancellationToken cancel) =>
        await explaining.FindAsync(context.Actor(), body, cancel);

    private static async Task<Answer<ExplanationReport>> GetAsync(string id, HttpContext context, Explanations explanations, RowRights rights, CancellationToken cancel) =>
        await explanations.GetAsync(context.Actor(), id, await rights.SeesAllAsync(context, cancel), cancel);

    private static async Task<Answer<ExplanationReport>> CancelAsync(string id, HttpContext context, Explanations explanations, CancellationToken cancel) =>
        await explanations.CancelAsync(context.Actor(), id, cancel);

    private static async Task<Answer<ExplanationReproduction>> ReproduceAsync(string id, HttpContext context, Explanations explanations, RowRights rights, CancellationToken cancel)
    {
        if ((await explanations.GetAsync(context.Actor(), id, withRows: false, cancel)).Failed(out var missing, out var report))
            return missing;
        if (await rights.RefusalAsync(report.Spec.Data, Restricted, context, cancel) is { } refused)
            return refused;
        return await explanations.ReproduceAsync(context.Actor(), id, cancel);
    }
}
