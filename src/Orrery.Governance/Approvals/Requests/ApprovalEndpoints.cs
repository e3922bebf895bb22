using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/approvals</c>.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/approvals").WithTags("Approvals");
        all.MapPost("", RequestAsync).RequirePermission(Permissions.Assess, Permissions.ModelKind).WithName("RequestApproval")
            .WithSummary("Asks that a version may get the traffic of an environment; the same again answers what is pending or stands.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("ListApprovals")
            .WithSummary("Approvals, newest first: of a state, of a model, or (mine=true) those that one can decide on now.");
        all.MapGet("standing", StandingAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("GetStandingApproval")
            .WithSummary("The approval that stands for a version in an environment, or why none does.");
        all.MapGet("agenda", AgendaAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("GetBoardAgenda")
            .WithSummary("What a board has before it at its next meeting, as JSON or (format=html) as a page.").Produces<BoardAgenda>();
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("GetApproval").WithSummary("An approval, with its token.");
        all.MapPost("{id}/decisions", DecideAsync).RequirePermission(Permissions.Approve, Permissions.ModelKind).WithName("DecideApproval")
            .WithSummary("Approves or rejects in the seat of a role that one holds.");
        all.MapPost("{id}/comments", CommentAsync).RequirePermission(Permissions.Approve, Permissions.ModelKind).WithName("CommentApproval").WithSummary("Says something about an approval.");
        all.MapPost("{id}/withdraw", WithdrawAsync).RequirePermission(Permissions.Assess, Permissions.ModelKind).WithName("WithdrawApproval").WithSummary("Takes one's own request back.");
        all.MapPost("{id}/revoke", RevokeAsync).RequirePermission(Permissions.Approve, Permissions.ModelKind).WithName("RevokeApproval")
            .WithSummary("Ends an approval that stands, and the traffic under it.");
    }

    private static async Task<Answer<Approval>> RequestAsync(RequestApproval body, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.RequestAsync(context.Actor(), body, cancel);

    private static async Task<Answer<ApprovalPage>> ListAsync(
        string? state, string? model, bool? mine, int? limit, string? page_token, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.ListAsync(context.Actor(), state, model, mine ?? false, limit, page_token, cancel);

    private static async Task<Answer<StandingApproval>> StandingAsync(string model, string version, string? environment, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.StandingAsync(context.Actor(), environment ?? "production", model, version, cancel);

    private static async Task<IResult> AgendaAsync(string? workflow, string? format, HttpContext context, Boards boards, CancellationToken cancel)
    {
        if (format is not (null or "json" or "html"))
            return (Answer<BoardAgenda>)Kernel.Failure.Invalid("governance.invalid_format", $"'format' is '{(format.Length > 40 ? format[..40] : format)}'; it must be json or html.");
        return (await boards.AgendaAsync(context.Actor(), workflow, cancel)).Failed(out var failure, out var agenda)
            ? (Answer<BoardAgenda>)failure
            : format == "html" ? Results.Text(AgendaHtml.Write(agenda), "text/html; charset=utf-8") : (Answer<BoardAgenda>)agenda;
    }

    private static async Task<Answer<Approval>> GetAsync(string id, HttpContext context, Approvals approvals, CancellationToken cancel) => await approvals.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<Approval>> DecideAsync(string id, DecideApproval body, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.DecideAsync(context.Actor(), id, body, cancel);

    private static async Task<Answer<Approval>> CommentAsync(string id, CommentApproval body, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.CommentAsync(context.Actor(), id, body.Text, cancel);

    private static async Task<Answer<Approval>> WithdrawAsync(string id, EndApproval body, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.WithdrawAsync(context.Actor(), id, body.Reason, cancel);

    private static async Task<Answer<Approval>> RevokeAsync(string id, EndApproval body, HttpContext context, Approvals approvals, CancellationToken cancel) =>
        await approvals.RevokeAsync(context.Actor(), id, body.Reason ?? "", cancel);
}
