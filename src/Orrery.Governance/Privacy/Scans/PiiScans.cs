using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Scans of rows for personal data: made at once or by a job, and kept.</summary>
internal sealed class PiiScans(Db db, AuditLog audit, Jobs jobs, PiiScanRun run, TimeProvider time)
{
    /// <summary>Makes one, or begins it; <c>governance.invalid_privacy_scan</c>, and what reading and marking refuse.</summary>
    public async ValueTask<Result<PiiScan>> CreateAsync(Actor actor, PiiScanSpec spec, CancellationToken cancel)
    {
        if (PiiScanRules.Problem(spec) is { } wrong)
            return wrong;
        if ((await run.ViewAsync(actor, spec, cancel)).Failed(out var unknown, out _))
            return unknown;
        PiiReport? report = null;
        if (!spec.Background && (await run.RunAsync(actor, spec, cancel)).Failed(out unknown, out report))
            return unknown;
        var now = time.GetUtcNow();
        var row = new PiiScanRow
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            State = report is null ? PiiScanRow.Running : PiiScanRow.Succeeded,
            Spec = spec,
            Report = report,
            CreatedBy = actor.Name,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        return await db.WriteAsync<PiiScan>(async session =>
        {
            if (report is null)
                row = row with { JobId = (await jobs.EnqueueAsync(session, actor, PiiScanJob.JobKind, JsonSerializer.Serialize(new PiiScanOrder(row.Id), PrivacyJson.Default.PiiScanOrder))).ToString() };
            await PiiScanStore.InsertAsync(session, actor.Workspace, row);
            await audit.AppendAsync(session, actor, new AuditRecord("privacy.scan", "privacy-scan", row.Id));
            return row.Wire(withReport: true);
        }, cancel);
    }

    /// <summary>One of them; <c>governance.privacy_scan_not_found</c>.</summary>
    public async ValueTask<Result<PiiScan>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => PiiScanStore.FindAsync(session, actor.Workspace, id), cancel) is { } row
            ? row.Wire(withReport: true)
            : Failure.NotFound("governance.privacy_scan_not_found", $"There is no privacy scan '{(id.Length > 100 ? id[..100] : id)}'.");

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<PiiScanPage>> ListAsync(Actor actor, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => PiiScanStore.ListAsync(session, actor.Workspace, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new PiiScanPage { Scans = [.. page.Items.Select(static row => row.Wire(withReport: false))], NextPageToken = page.NextToken };
    }
}
