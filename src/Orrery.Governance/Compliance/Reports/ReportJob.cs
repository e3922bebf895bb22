using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Makes a report: reads the base, writes the document and the page to the blob store, and signs their hashes. One that is interrupted begins anew.</summary>
internal sealed class ReportJob(Db db, EvidenceReading reading, ReportBlobs blobs, DocumentSigner signer, AuditLog audit, TimeProvider time, ILogger<ReportJob> logger) : IJobHandler
{
    public const string JobKind = "governance.compliance_report";

    public string Kind => JobKind;

    public int MaxConcurrent => 1;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, ComplianceJson.Default.ReportOrder)!;
        var actor = job.Actor;
        if (await db.ReadAsync(session => ReportStore.FindAsync(session, actor.Workspace, order.Id), cancel) is not { State: ComplianceReports.Running } report)
            return (string?)null;
        job.Report(0.1, "reading evidence");
        var document = ReportWriting.Write(actor, report, await reading.ReadAsync(actor, report.From, report.To, cancel), time.GetUtcNow());
        var text = ComplianceSeal.Canonical(document);
        var sha256 = ComplianceSeal.Hash(Encoding.UTF8.GetBytes(text));
        var page = ReportHtml.Write(document, sha256);
        var seal = new ComplianceSeal { Id = report.Id, Workspace = actor.Workspace.Value, DocumentSha256 = sha256, HtmlSha256 = ComplianceSeal.Hash(Encoding.UTF8.GetBytes(page)) };
        job.Report(0.7, "writing");
        await blobs.PutAsync(ReportBlobs.DocumentKey(actor.Workspace, seal), text, cancel);
        await blobs.PutAsync(ReportBlobs.PageKey(actor.Workspace, seal), page, cancel);
        return await SignAsync(job, report with { Summary = document.Summary }, seal, cancel);
    }

    private async Task<Result<string?>> SignAsync(JobContext job, ComplianceReport report, ComplianceSeal seal, CancellationToken cancel)
    {
        var signed = await signer.SignAsync(
            db,
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            (at, key) => (seal with { At = at, KeyId = key }).SignedBytes(),
            async (session, at, key, signature) =>
            {
                if ((await job.GuardAsync(session)).Failure is { } lost)
                    return lost;
                await ReportStore.EndAsync(session, job.Actor.Workspace, report with { State = ComplianceReports.Succeeded, Seal = seal with { At = at, KeyId = key, Signature = signature } });
                await audit.AppendAsync(session, job.Actor, new AuditRecord("compliance.report.sign", ComplianceReports.ObjectKind, report.Id)
                {
                    After = Convert.FromHexString(seal.DocumentSha256),
                    Detail = $$"""{"framework":"{{report.Framework}}","html_sha256":"{{seal.HtmlSha256}}"}""",
                });
                return Done.Ok;
            },
            cancel);
        if (signed.Failure is { } failure)
            return failure;
        Log.ReportMade(logger, report.Id, report.Framework, seal.DocumentSha256);
        return $$"""{"report":"{{report.Id}}"}""";
    }
}
