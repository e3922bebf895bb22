using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/evaluations</c>.</summary>
internal static class EvaluationEndpoints
{
    private const string ModelKind = "model";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/evaluations").WithTags("Governance");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Evaluate).WithName("CreateEvaluation").WithSummary("Evaluates a model version on rows with labels: metrics, slices, fairness, comparisons and gates.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListEvaluations").WithSummary("Evaluations, newest first, without their results.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Read).WithName("GetEvaluation").WithSummary("An evaluation with its result, or how far it is.");
        all.MapGet("{id}/report", ReportAsync).RequirePermission(Permissions.Read).WithName("GetEvaluationReport").WithSummary("An evaluation as an HTML page with tables and plots.")
            .Produces<string>(StatusCodes.Status200OK, "text/html").Produces<Problem>(StatusCodes.Status404NotFound, "application/problem+json").Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json");
        all.MapPost("{id}/cancel", CancelAsync).RequirePermission(Permissions.Evaluate).WithName("CancelEvaluation").WithSummary("Ends an evaluation.");
    }

    private static async Task<Answer<Evaluation>> CreateAsync(EvaluationSpec body, HttpContext context, Evaluations evaluations, RowRights rights, FurtherRights further, CancellationToken cancel)
    {
        if (await rights.RefusalAsync(body.Data, "governance.evaluation_restricted", context, cancel) is { } refused)
            return refused;
        var made = await evaluations.CreateAsync(context.Actor(), body, await further.OfAsync(context, Permissions.Sensitive, ModelKind, cancel), cancel);
        if (made.Succeeded)
            context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/evaluations/{made.Value.Id}";
        return Answer.Accepted(made);
    }

    private static async Task<Answer<EvaluationPage>> ListAsync(
        string? model, string? version, int? limit, string? page_token, HttpContext context, Evaluations evaluations, CancellationToken cancel) =>
        await evaluations.ListAsync(context.Actor(), model, version, limit, page_token, cancel);

    private static async Task<Answer<Evaluation>> GetAsync(string id, HttpContext context, Evaluations evaluations, FurtherRights further, CancellationToken cancel) =>
        await evaluations.GetAsync(context.Actor(), id, await further.OfAsync(context, Permissions.Sensitive, ModelKind, cancel), cancel);

    private static async Task<IResult> ReportAsync(string id, HttpContext context, Evaluations evaluations, FurtherRights further, CancellationToken cancel) =>
        (await evaluations.ReportAsync(context.Actor(), id, await further.OfAsync(context, Permissions.Sensitive, ModelKind, cancel), cancel)).Failed(out var refused, out var page) ? (Answer<Evaluation>)refused : new CardPage(page);

    private static async Task<Answer<Evaluation>> CancelAsync(string id, HttpContext context, Evaluations evaluations, CancellationToken cancel) =>
        await evaluations.CancelAsync(context.Actor(), id, cancel);
}
