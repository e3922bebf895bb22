using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/exceptions</c>.</summary>
internal static class ExceptionEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/exceptions").WithTags("Compliance");
        all.MapPost("", RequestAsync).RequirePermission(Permissions.Comply).WithName("RequestException").WithSummary("Asks for an exception from a control or a rule; somebody else must approve it.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Report).WithName("ListExceptions").WithSummary("Exceptions, newest first; state=expired for those whose time is over.");
        var one = all.MapGroup("{id}");
        one.MapGet("", GetAsync).RequirePermission(Permissions.Report).WithName("GetException").WithSummary("An exception.");
        one.MapPost("approve", ApproveAsync).RequirePermission(Permissions.Comply).WithName("ApproveException").WithSummary("Approves an exception that somebody else asked for.");
        one.MapPost("reject", RejectAsync).RequirePermission(Permissions.Comply).WithName("RejectException").WithSummary("Rejects an exception, with a reason.");
        one.MapPost("revoke", RevokeAsync).RequirePermission(Permissions.Comply).WithName("RevokeException").WithSummary("Ends an exception before its time, with a reason.");
        one.MapPost("review", ReviewAsync).RequirePermission(Permissions.Comply).WithName("ReviewException").WithSummary("Says that an exception was looked at while it stood.");
    }

    private static async Task<Answer<PolicyExceptionEntry>> RequestAsync(NewPolicyExceptionEntry body, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.RequestAsync(context.Actor(), body, cancel);

    private static async Task<Answer<PolicyExceptionPage>> ListAsync(
        string? state, string? control, string? model, int? limit, string? page_token, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.ListAsync(context.Actor(), state, control, model, limit, page_token, cancel);

    private static async Task<Answer<PolicyExceptionEntry>> GetAsync(string id, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) => await exceptions.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<PolicyExceptionEntry>> ApproveAsync(string id, ExceptionDecision body, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.ApproveAsync(context.Actor(), id, body.Note, cancel);

    private static async Task<Answer<PolicyExceptionEntry>> RejectAsync(string id, ExceptionDecision body, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.RejectAsync(context.Actor(), id, body.Note, cancel);

    private static async Task<Answer<PolicyExceptionEntry>> RevokeAsync(string id, ExceptionDecision body, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.RevokeAsync(context.Actor(), id, body.Note, cancel);

    private static async Task<Answer<PolicyExceptionEntry>> ReviewAsync(string id, ExceptionDecision body, HttpContext context, PolicyExceptions exceptions, CancellationToken cancel) =>
        await exceptions.ReviewAsync(context.Actor(), id, body.Note, body.ReviewAt, cancel);
}
