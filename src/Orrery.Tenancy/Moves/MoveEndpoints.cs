using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Stored = Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary><c>/api/v1/workspace/export</c> and <c>/api/v1/workspaces/import</c>: a workspace on its way to another installation.</summary>
internal static class MoveEndpoints
{
    private const string Tar = "application/x-tar";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/workspace/export", ExportAsync).RequirePermission("workspace.export").WithTags("Workspaces").WithName("ExportWorkspace")
            .Produces<byte[]>(StatusCodes.Status200OK, Tar)
            .WithSummary("The whole workspace of the call as an archive, for another installation. X-Orrery-Expected-Bytes is about its size.");
        var imports = app.MapGroup("/api/v1/workspaces").WithTags("Workspaces");
        imports.MapPost("import", ImportAsync).RequirePermission("platform.import").WithName("ImportWorkspace")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .WithSummary("Makes a new workspace of the archive that is the body: 202 and a job, whose result is what was brought. name: another name; grants=false: give no roles.");
        imports.MapGet("imports/{jobId}", FindAsync).RequirePermission("platform.import").WithName("GetWorkspaceImport").WithSummary("How far an import of a workspace is.");
        imports.MapPost("imports/{jobId}/cancel", CancelAsync).RequirePermission("platform.import").WithName("CancelWorkspaceImport")
            .WithSummary("Asks an import of a workspace to stop; what it wrote is removed soon after.");
    }

    private static async Task ExportAsync(HttpContext context, WorkspaceExport export, ILoggerFactory loggers, CancellationToken cancel)
    {
        var actor = context.Actor();
        await using var prepared = await export.PrepareAsync(actor, cancel);
        context.Response.ContentType = Tar;
        context.Response.Headers["X-Orrery-Expected-Bytes"] = prepared.ExpectedBytes.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{actor.WorkspaceName}.tar\"";
        try
        {
            await export.WriteAsync(prepared, context.Response.Body, cancel);
        }
        catch (Exception e) when (context.Response.HasStarted && e is not OperationCanceledException)
        {
            // The answer has begun: only its breaking off can tell.
            Log.ExportBroken(loggers.CreateLogger<WorkspaceExport>(), actor.WorkspaceName, e);
            context.Abort();
        }
    }

    private static async Task<Answer<Job>> ImportAsync(HttpContext context, WorkspaceImports imports, string? name, bool? grants, CancellationToken cancel)
    {
        // Streamed to the store as it comes, so there is no bound on its size but the disk's.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var accepted = await imports.AcceptAsync(context.Actor(), string.IsNullOrEmpty(name) ? null : name, grants ?? true, context.Request.Body, cancel);
        return Answer.Accepted(accepted.Then<Job>(static job => JobDocuments.Of(job)));
    }

    private static async Task<Answer<Job>> FindAsync(string jobId, HttpContext context, WorkspaceImports imports, CancellationToken cancel) =>
        Stored.JobId.TryParse(jobId, null, out var id)
            ? (await imports.FindAsync(context.Actor(), id, cancel)).Then<Job>(static job => JobDocuments.Of(job))
            : WorkspaceImports.NotFound(jobId);

    private static async Task<Answer<Job>> CancelAsync(string jobId, HttpContext context, WorkspaceImports imports, CancellationToken cancel) =>
        Stored.JobId.TryParse(jobId, null, out var id)
            ? (await imports.CancelAsync(context.Actor(), id, cancel)).Then<Job>(static job => JobDocuments.Of(job))
            : WorkspaceImports.NotFound(jobId);
}
