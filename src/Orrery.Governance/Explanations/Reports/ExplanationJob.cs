using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Makes a report.</summary>
internal sealed class ExplanationJob(Db db, AuditLog audit, ExplanationRun run, ReportEdges edges, GovernanceOptions options, TimeProvider time, ILogger<ExplanationJob> logger) : IJobHandler
{
    public const string JobKind = "governance.explain";

    public string Kind => JobKind;

    public int MaxConcurrent => options.Concurrency;

    /// <summary>A result as it is kept and hashed.</summary>
    public static (string Json, string Hash) Write(ExplanationResult result)
    {
        var json = JsonSerializer.Serialize(result, OrreryJson.TypeOf<ExplanationResult>());
        return (json, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))));
    }

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, ExplanationJson.Default.ExplanationOrder)!;
        if (await db.ReadAsync(session => ExplanationStore.FindAsync(session, job.Actor.Workspace, order.Id), cancel) is not { State: ExplanationRow.Running } row)
            return (string?)null;
        var computed = await run.ComputeAsync(job.Actor, row.Spec, job.Report, cancel);
        if (computed.Failed(out var failure, out var found) && failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted && job.Attempt < Policy.MaxAttempts)
            return failure;
        var ended = row with { FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        ended = failure is not null ? ended with { State = ExplanationRow.Failed, ErrorCode = failure.Code, Error = failure.Message } : Succeeded(ended, found.Result, found.Background);
        if ((await KeepAsync(job, ended, cancel)).Failure is { } lost)
            return lost;
        Log.ExplanationEnded(logger, row.Id, row.Model, row.Version, ended.State);
        return failure is null ? (string?)null : failure;
    }

    private static ExplanationRow Succeeded(ExplanationRow row, ExplanationResult result, BackgroundDocument background)
    {
        var (json, hash) = Write(result);
        return row with { State = ExplanationRow.Succeeded, ModelSha256 = result.ModelSha256, Result = json, ContentHash = hash, Background = background.Write() };
    }

    // One that was cancelled meanwhile stays so.
    private async ValueTask<Result<Done>> KeepAsync(JobContext job, ExplanationRow ended, CancellationToken cancel)
    {
        var isDone = ended.State == ExplanationRow.Succeeded;
        var lineage = isDone ? await edges.OfAsync(job.Actor, ended, ended.FinishedAt!.Value, cancel) : [];
        return await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (!await ExplanationStore.EndAsync(session, ended))
                return Done.Ok;
            await LineageEdges.AppendAsync(session, job.Actor, lineage);
            await audit.AppendAsync(session, job.Actor, isDone
                ? new AuditRecord("explanation.succeed", Explanations.ObjectKind, ended.Id) { After = Convert.FromHexString(ended.ContentHash!) }
                : new AuditRecord("explanation.fail", Explanations.ObjectKind, ended.Id) { Outcome = AuditOutcome.Refused, Reason = ended.ErrorCode });
            return Done.Ok;
        }, cancel);
    }

    public JobPolicy Policy => JobPolicy.Default;
}
