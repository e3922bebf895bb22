using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/approval-reviews</c>.</summary>
internal static class ReviewEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/approval-reviews").WithTags("Approvals");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("ListApprovalReviews")
            .WithSummary("What is to be done after approvals, the earliest due first: state open, overdue, done or closed.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithName("GetApprovalReview").WithSummary("A review.");
        all.MapPost("{id}/complete", CompleteAsync).RequirePermission(Permissions.Approve, Permissions.ModelKind).WithName("CompleteApprovalReview")
            .WithSummary("Completes a review with notes; a revalidation asks the checks again.");
    }

    private static async Task<Answer<ApprovalReviewPage>> ListAsync(
        string? state, string? model, string? approval, int? limit, string? page_token, HttpContext context, Reviews reviews, CancellationToken cancel) =>
        await reviews.ListAsync(context.Actor(), state, model, approval, limit, page_token, cancel);

    private static async Task<Answer<ApprovalReview>> GetAsync(string id, HttpContext context, Reviews reviews, CancellationToken cancel) => await reviews.GetAsync(context.Actor(), id, cancel);

    private static async Task<Answer<ApprovalReview>> CompleteAsync(string id, CompleteReview body, HttpContext context, Reviews reviews, CancellationToken cancel) =>
        await reviews.CompleteAsync(context.Actor(), id, body, cancel);
}
