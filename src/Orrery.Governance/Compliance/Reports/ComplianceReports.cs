using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Reports: asking for them, and reading them. A job makes each (<see cref="ReportJob"/>).</summary>
internal sealed class ComplianceReports(Db db, AuditLog audit, Jobs jobs, ReportBlobs blobs, AccessReviews access, TimeProvider time)
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string ObjectKind = "compliance-report";

    private const int MostAccess = 50_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1_100);

    /// <summary>Asks for one, or answers the one with the same key; <c>governance.invalid_report</c>.</summary>
    public async ValueTask<Result<ComplianceReport>> CreateAsync(Actor actor, NewComplianceReport asked, CancellationToken cancel)
    {
        if (Problem(asked) is { } wrong)
            return Failure.Invalid("governance.invalid_report", wrong);
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var report = new ComplianceReport
        {
            Id = id,
            Key = asked.Key ?? id,
            State = Running,
            Framework = asked.Framework,
            From = asked.From,
            To = asked.To,
            CreatedBy = actor.Name,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
        return await db.WriteAsync<ComplianceReport>(async session =>
        {
            if (!await ReportStore.InsertAsync(session, actor.Workspace, report))
                return (await ReportStore.FindKeyAsync(session, actor.Workspace, report.Key))!;
            var job = await jobs.EnqueueAsync(session, actor, ReportJob.JobKind, JsonSerializer.Serialize(new ReportOrder(id), ComplianceJson.Default.ReportOrder));
            var made = report with { JobId = job.ToString() };
            await ReportStore.SetJobAsync(session, actor.Workspace, made);
            await audit.AppendAsync(session, actor, new AuditRecord("compliance.report.create", ObjectKind, id)
            {
                Detail = FormattableString.Invariant($$"""{"framework":"{{asked.Framework}}","from":{{asked.From}},"to":{{asked.To}}}"""),
            });
            return made;
        }, cancel);
    }

    /// <summary>One of them; <c>governance.report_not_found</c>.</summary>
    public async ValueTask<Result<ComplianceReport>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => ReportStore.FindAsync(session, actor.Workspace, id), cancel) is { } found
            ? found.State == Running && await EndedAsync(actor, found, cancel) is { } ended ? ended : found
            : Failure.NotFound("governance.report_not_found", $"There is no report '{RegisterText.Clip(id)}'.");

    /// <summary>One page, newest first; <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ComplianceReportPage>> ListAsync(Actor actor, string? framework, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var unknown, out var before))
            return unknown;
        var size = limit ?? Listings.DefaultLimit;
        var found = await db.ReadAsync(session => ReportStore.ListAsync(session, actor.Workspace, framework, before.Length == 0 ? "~" : before, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ComplianceReportPage { Reports = page.Items, NextPageToken = page.NextToken };
    }

    /// <summary>The report with its seal; <c>governance.report_not_found</c>, <c>governance.report_not_made</c>.</summary>
    public async ValueTask<Result<ComplianceEnvelope>> DocumentAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await SealedAsync(actor, id, cancel)).Failed(out var missing, out var seal))
            return missing;
        if (await blobs.GetAsync(ReportBlobs.DocumentKey(actor.Workspace, seal), cancel) is not { } text)
            return Gone(id);
        await DownloadedAsync(actor, id, seal.DocumentSha256, cancel);
        return new ComplianceEnvelope { Seal = seal, Document = RegisterText.Read<ComplianceDocument>(text) };
    }

    /// <summary>The report as a page with its seal; <c>governance.report_not_found</c>, <c>governance.report_not_made</c>.</summary>
    public async ValueTask<Result<string>> PageAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await SealedAsync(actor, id, cancel)).Failed(out var missing, out var seal))
            return missing;
        if (await blobs.GetAsync(ReportBlobs.PageKey(actor.Workspace, seal), cancel) is not { } text)
            return Gone(id);
        await DownloadedAsync(actor, id, seal.HtmlSha256, cancel);
        return seal.Append(text);
    }

    /// <summary>Who may do what, for a review outside; its reading is an entry of the trail.</summary>
    public async ValueTask<Result<AccessReview>> AccessAsync(Actor actor, CancellationToken cancel)
    {
        var review = await access.ReadAsync(actor, MostAccess, cancel);
        return await db.WriteAsync<AccessReview>(async session =>
        {
            await audit.AppendAsync(session, actor, new AuditRecord("compliance.access_review", "workspace", actor.WorkspaceName)
            {
                After = RegisterText.Hash(RegisterText.Write(review)),
                Detail = FormattableString.Invariant($$"""{"grants":{{review.Grants.Count}},"principals":{{review.Principals.Count}},"tokens":{{review.Tokens.Count}}}"""),
            });
            return review;
        }, cancel);
    }

    private async ValueTask<Result<ComplianceSeal>> SealedAsync(Actor actor, string id, CancellationToken cancel)
    {
        if ((await GetAsync(actor, id, cancel)).Failed(out var missing, out var report))
            return missing;
        return report.Seal ?? (Result<ComplianceSeal>)Failure.Conflict("governance.report_not_made", $"Report {id} is {report.State}{(report.Error is null ? "; ask again when it has succeeded" : ": " + report.Error)}.");
    }

    private async ValueTask DownloadedAsync(Actor actor, string id, string sha256, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        await audit.AppendAsync(session, actor, new AuditRecord("compliance.report.download", ObjectKind, id) { After = Convert.FromHexString(sha256) });
        return Done.Ok;
    }, cancel);

    // A job that ended without the report, stopped or broken off: what it says is written down when somebody looks.
    private async ValueTask<ComplianceReport?> EndedAsync(Actor actor, ComplianceReport report, CancellationToken cancel)
    {
        var job = await jobs.FindAsync(actor, JobId.Parse(report.JobId, null), cancel);
        if (job?.State is Storage.JobState.Queued or Storage.JobState.Running)
            return null;
        var ended = report with { State = Failed, Error = $"governance.report_failed: The job ended without a report ({job?.ErrorCode ?? "it was stopped, or is gone"}). Ask for it again." };
        await db.WriteAsync<Done>(async session =>
        {
            await ReportStore.EndAsync(session, actor.Workspace, ended);
            return Done.Ok;
        }, cancel);
        // It may have ended by itself between the two reads.
        return await db.ReadAsync(session => ReportStore.FindAsync(session, actor.Workspace, report.Id), cancel);
    }

    private static string? Problem(NewComplianceReport asked) =>
        RegisterText.Problem("key", asked.Key, RegisterText.LongestKey)
        ?? (ControlMaps.Frameworks.Contains(asked.Framework) ? null : $"'framework' is '{RegisterText.Clip(asked.Framework)}'; it must be one of {string.Join(", ", ControlMaps.Frameworks)}.")
        ?? (asked.From < 0 || asked.To <= asked.From || asked.To - asked.From > Longest.TotalMilliseconds || asked.To > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? FormattableString.Invariant($"The period is {asked.From} to {asked.To}; it must be Unix milliseconds, its end after its beginning and within {Longest.TotalDays} days.")
            : null);

    private static Failure Gone(string id) => Failure.NotFound("governance.report_not_found", $"The files of report '{RegisterText.Clip(id)}' are gone from the blob store.");
}
