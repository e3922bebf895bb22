using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Looks through rows for personal data.</summary>
internal sealed class PiiScanJob(Db db, PiiScanRun run, GovernanceOptions options) : IJobHandler
{
    public const string JobKind = "governance.privacy_scan";

    public string Kind => JobKind;

    public int MaxConcurrent => options.Concurrency;

    public JobPolicy Policy => JobPolicy.Default;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, PrivacyJson.Default.PiiScanOrder)!;
        if (await db.ReadAsync(session => PiiScanStore.FindAsync(session, job.Actor.Workspace, order.Id), cancel) is not { State: PiiScanRow.Running } row)
            return (string?)null;
        job.Report(0, "looking through rows");
        var made = await run.RunAsync(job.Actor, row.Spec, cancel);
        if (made.Failed(out var failure, out var report) && failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted && job.Attempt < Policy.MaxAttempts)
            return failure;
        var ended = failure is null
            ? row with { State = PiiScanRow.Succeeded, Report = report }
            : row with { State = PiiScanRow.Failed, ErrorCode = failure.Code, Error = failure.Message };
        var kept = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            await PiiScanStore.EndAsync(session, job.Actor.Workspace, ended);
            return Done.Ok;
        }, cancel);
        return kept.Failure is { } other ? other : failure is null ? (string?)null : failure;
    }
}
