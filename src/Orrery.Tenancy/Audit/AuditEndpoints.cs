using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/audit</c>: the trail of a workspace, and what proves it.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/api/v1/audit").WithTags("Audit");
        audit.MapGet("entries", ListAsync).RequirePermission("audit.read").WithName("ListAuditEntries").WithSummary("Entries of the audit trail, newest first; actor is somebody's name or id.");
        audit.MapGet("entries/{entryId}", GetAsync).RequirePermission("audit.read").WithName("GetAuditEntry").WithSummary("One entry of the audit trail.");
        audit.MapGet("entries/{entryId}/proof", ProveAsync).RequirePermission("audit.read").WithName("ProveAuditEntry")
            .WithSummary("Shows that an entry is in a signed checkpoint.");
        audit.MapPost("verify", VerifyAsync).RequirePermission("audit.read").WithName("VerifyAudit")
            .WithSummary("Computes the chain anew and names the first broken entry.");
        audit.MapGet("checkpoints", ListCheckpointsAsync).RequirePermission("audit.read").WithName("ListAuditCheckpoints").WithSummary("Signed checkpoints, newest first.");
        audit.MapGet("keys", ListKeysAsync).RequirePermission("audit.read").WithName("ListAuditKeys").WithSummary("Public keys that checkpoints are signed with.");
        audit.MapPost("keys/rotate", RotateAsync).RequirePermission("audit.keys").WithName("RotateAuditKeys").WithSummary("Signs checkpoints with a new key from now on.");
        audit.MapGet("export", ExportAsync).RequirePermission("audit.export").WithName("ExportAudit")
            .Produces<string>(StatusCodes.Status200OK, "application/x-ndjson", "text/plain").Produces<Problem>(StatusCodes.Status400BadRequest, "application/problem+json")
            .WithSummary("The whole chain in its order, an entry a line: ndjson, which can be verified without a server, or cef.");
        audit.MapGet("hold", GetHoldAsync).RequirePermission("audit.read").WithName("GetAuditHold").WithSummary("Whether entries are kept however old.");
        audit.MapPut("hold", SetHoldAsync).RequirePermission("audit.admin").WithName("SetAuditHold").WithSummary("Keeps entries however old, or lets them go.");
        audit.MapPost("erasures", EraseAsync).RequirePermission("audit.admin").WithName("EraseAuditSubject")
            .WithSummary("Makes a person's name and addresses in the workspace's entries unreadable for good.");
    }

    private static async Task<Answer<AuditPage>> ListAsync(
        HttpContext context, AuditTrail trail, Db db, string? actor, string? action, string? object_kind, string? @object, DateTimeOffset? since,
        DateTimeOffset? until, int? limit, string? page_token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "audit", AuditTrail.MaxPage) is { } bad)
            return bad;
        // The trail knows ids; people know names. What is nobody's name is an id.
        var by = Given(actor) is { } who ? (await db.ReadAsync(session => RoleHolders.FindNamedAsync(session, who), cancel))?.PrincipalId ?? who : null;
        var filter = new AuditFilter(by, Given(action), Given(object_kind), Given(@object), since, until);
        var listed = await trail.ListAsync(context.Actor(), filter, limit ?? Listings.DefaultLimit, page_token, cancel);
        return listed.Then<AuditPage>(static page => new AuditPage { Entries = page.Items, NextPageToken = page.NextToken });
    }

    private static async Task<Answer<AuditEntry>> GetAsync(string entryId, HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.FindAsync(context.Actor(), entryId, cancel);

    private static async Task<Answer<AuditProof>> ProveAsync(string entryId, HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.ProveAsync(context.Actor(), entryId, cancel);

    private static async Task<Answer<AuditVerdict>> VerifyAsync(HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.VerifyAsync(context.Actor(), cancel);

    private static async Task<Answer<AuditCheckpointPage>> ListCheckpointsAsync(
        HttpContext context, AuditTrail trail, int? limit, string? page_token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "audit", AuditTrail.MaxPage) is { } bad)
            return bad;
        var listed = await trail.ListCheckpointsAsync(context.Actor(), limit ?? Listings.DefaultLimit, page_token, cancel);
        return listed.Then<AuditCheckpointPage>(static page => new AuditCheckpointPage { Checkpoints = page.Items, NextPageToken = page.NextToken });
    }

    private static async Task<Answer<AuditKeyList>> ListKeysAsync(AuditTrail trail, CancellationToken cancel) =>
        new AuditKeyList { Keys = await trail.ListKeysAsync(cancel) };

    private static async Task<Answer<AuditKey>> RotateAsync(HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.RotateKeysAsync(context.Actor(), cancel);

    private static async Task<Answer<AuditHold>> GetHoldAsync(HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.FindHoldAsync(context.Actor(), cancel);

    private static async Task<Answer<AuditHold>> SetHoldAsync(AuditHold hold, HttpContext context, AuditTrail trail, CancellationToken cancel) =>
        await trail.SetHoldAsync(context.Actor(), hold, cancel);

    private static async Task<Answer<EraseAuditSubject>> EraseAsync(EraseAuditSubject request, HttpContext context, AuditTrail trail, CancellationToken cancel)
    {
        var erased = await trail.EraseAsync(context.Actor(), request.Subject, cancel);
        return erased.Then<EraseAuditSubject>(_ => request);
    }

    private static async Task ExportAsync(HttpContext context, AuditTrail trail, string? format, CancellationToken cancel)
    {
        if (format is not (null or "" or "ndjson" or "cef"))
        {
            await Refusals.WriteAsync(context, Failure.Invalid("audit.invalid_format", $"'{(format.Length <= 50 ? format : format[..50])}' is not a format of exports: ndjson or cef."));
            return;
        }

        var cef = format is "cef";
        context.Response.ContentType = cef ? "text/plain; charset=utf-8" : "application/x-ndjson";
        await foreach (var entry in trail.ExportAsync(context.Actor(), cancel))
        {
            var line = cef ? CefLine.Of(entry) : AuditChain.ToLine(entry);
            await context.Response.Body.WriteAsync((byte[])[.. line, (byte)'\n'], cancel);
        }
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
