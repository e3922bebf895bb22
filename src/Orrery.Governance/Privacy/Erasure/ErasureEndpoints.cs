using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/privacy/erasures</c>. Erasing reaches into the feature store and, if it is asked for, the audit trail: both rights are needed, too.</summary>
internal static class ErasureEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/privacy/erasures").WithTags("Privacy");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Privacy).WithName("EraseSubject").WithSummary("Erases a subject from all stores, and opts them out.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Privacy).WithName("ListSubjectErasures").WithSummary("Erasures with their receipts, newest first.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Privacy).WithName("GetSubjectErasure").WithSummary("An erasure and its signed receipt.");
    }

    private static async Task<Answer<SubjectErasure>> CreateAsync(EraseSubject body, HttpContext context, SubjectErasures erasures, FurtherRights further, CancellationToken cancel)
    {
        foreach (var permission in body.Principal is null ? ["features.erase"] : (string[])["features.erase", "audit.admin"])
        {
            if (await further.OfAsync(context, permission, "feature-view", cancel) is not (true, null))
                return new Failure(FailureKind.Denied, "governance.erasure_denied", $"This erasure needs the permission {permission} in the whole workspace, too.");
        }

        return Answer.Accepted(await erasures.CreateAsync(context.Actor(), body, cancel));
    }

    private static async Task<Answer<SubjectErasurePage>> ListAsync(int? limit, string? page_token, HttpContext context, SubjectErasures erasures, CancellationToken cancel) =>
        await erasures.ListAsync(context.Actor(), limit, page_token, cancel);

    private static async Task<Answer<SubjectErasure>> GetAsync(string id, HttpContext context, SubjectErasures erasures, CancellationToken cancel) =>
        await erasures.GetAsync(context.Actor(), id, cancel);
}
