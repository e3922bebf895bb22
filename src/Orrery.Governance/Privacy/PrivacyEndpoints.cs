using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/privacy/scans</c>. Rows may hold anything, so that reading them needs the right to restricted columns, too.</summary>
internal static class PrivacyEndpoints
{
    private const string Restricted = "features.restricted";
    private const string Write = "features.write";
    private const string ViewKind = "feature-view";

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("/api/v1/privacy/scans").WithTags("Privacy");
        all.MapPost("", CreateAsync).RequirePermission(Permissions.Privacy).WithName("CreatePrivacyScan").WithSummary("Looks through rows for personal data, and marks features if that is asked for.");
        all.MapGet("", ListAsync).RequirePermission(Permissions.Read).WithName("ListPrivacyScans").WithSummary("Scans for personal data, newest first, without what they found.");
        all.MapGet("{id}", GetAsync).RequirePermission(Permissions.Read).WithName("GetPrivacyScan").WithSummary("What a scan for personal data found.");
    }

    /// <summary>Whether the caller may read any row of the workspace.</summary>
    public static async ValueTask<Failure?> RefusalAsync(HttpContext context, FurtherRights further, CancellationToken cancel) =>
        await further.OfAsync(context, Restricted, ViewKind, cancel) is (true, null)
            ? null
            : new Failure(FailureKind.Denied, "governance.privacy_restricted", $"This reads rows that may hold anything: it needs the permission {Restricted} in the whole workspace, too.");

    private static async Task<Answer<PiiScan>> CreateAsync(PiiScanSpec body, HttpContext context, PiiScans scans, FurtherRights further, CancellationToken cancel)
    {
        if (await RefusalAsync(context, further, cancel) is { } refusal)
            return refusal;
        if (body.Apply && await further.OfAsync(context, Write, ViewKind, cancel) is not (true, null))
            return new Failure(FailureKind.Denied, "governance.privacy_apply_denied", $"Marking features changes their definitions: it needs the permission {Write}, too.");
        return await scans.CreateAsync(context.Actor(), body, cancel);
    }

    private static async Task<Answer<PiiScanPage>> ListAsync(int? limit, string? page_token, HttpContext context, PiiScans scans, CancellationToken cancel) =>
        await scans.ListAsync(context.Actor(), limit, page_token, cancel);

    private static async Task<Answer<PiiScan>> GetAsync(string id, HttpContext context, PiiScans scans, CancellationToken cancel) =>
        await scans.GetAsync(context.Actor(), id, cancel);
}
