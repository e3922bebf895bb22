using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/approval-delegations</c>.</summary>
internal static class DelegationEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/approval-delegations").WithTags("Approvals");
        all.MapPost("", GiveAsync).RequirePermission(Permissions.Approve).WithName("DelegateApprovals").WithSummary("Lets another person decide in a role of one's own for a time.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListApprovalDelegations").WithSummary("Delegations, newest first.");
        all.MapDelete("{id}", TakeAsync).RequirePermission(Permissions.Approve).WithName("EndApprovalDelegation").WithSummary("Takes a delegation back.");
    }

    private static async Task<Answer<ApprovalDelegation>> GiveAsync(DelegateApprovals body, HttpContext context, Delegations delegations, CancellationToken cancel) =>
        await delegations.GiveAsync(context.Actor(), body, cancel);

    private static async Task<Answer<ApprovalDelegationPage>> ListAsync(int? limit, string? page_token, HttpContext context, Delegations delegations, CancellationToken cancel) =>
        await delegations.ListAsync(context.Actor(), limit, page_token, cancel);

    private static async Task<Answer> TakeAsync(string id, HttpContext context, Delegations delegations, CancellationToken cancel) =>
        await delegations.TakeAsync(context.Actor(), id, cancel);
}
