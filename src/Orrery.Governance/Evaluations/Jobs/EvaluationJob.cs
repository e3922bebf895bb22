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

/// <summary>
/// Does an evaluation, keeps its result, and then writes it to the version's run. One that was broken off begins anew, and finds the same; where the result is kept already it is only written,
/// over what was written before.
/// </summary>
internal sealed class EvaluationJob(Db db, AuditLog audit, EvaluationRun run, EvaluationExport export, ReportEdges edges, GovernanceOptions options, TimeProvider time, ILogger<EvaluationJob> logger) : IJobHandler
{
    public const string JobKind = "governance.evaluate";

    public string Kind => JobKind;

    public int MaxConcurrent => options.Concurrency;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 5, FirstRetry = TimeSpan.FromSeconds(2), LongestRetry = TimeSpan.FromMinutes(1) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, EvaluationJson.Default.EvaluationOrder)!;
        if (await db.ReadAsync(session => EvaluationStore.FindAsync(session, job.Actor.Workspace, order.Evaluation), cancel) is not { State: EvaluationRow.Queued or EvaluationRow.Succeeded } row)
            return (string?)null;
        if (row.State == EvaluationRow.Succeeded)
            return await ExportAsync(job, row, cancel);
        var started = time.GetTimestamp();
        if ((await run.RunAsync(job, row, cancel)).Failed(out var refused, out var found))
            return await FailAsync(job, row, refused, cancel);
        var result = found.Result;
        bool? passed = result.Gates.Count == 0 ? null : result.Gates.All(static gate => gate.Outcome != "failed");
        if ((await KeepAsync(job, row, result, found.DataSha256, passed, cancel)).Failed(out var lost, out _))
            return lost;
        // Not when it was cancelled meanwhile.
        if (await db.ReadAsync(session => EvaluationStore.FindAsync(session, job.Actor.Workspace, row.Id), cancel) is not { State: EvaluationRow.Succeeded } kept)
            return (string?)null;
        Log.Evaluated(logger, row.Id, row.Spec.Model, row.Spec.Version, result.Rows, time.GetElapsedTime(started), passed);
        return await ExportAsync(job, kept, cancel);
    }

    // What could not be written is said with the job: the result is kept, and is not changed for it.
    private async ValueTask<string?> ExportAsync(JobContext job, EvaluationRow row, CancellationToken cancel)
    {
        if (row.Spec.Export is false || await export.WriteAsync(job.Actor, row, JsonSerializer.Deserialize(row.Result!, OrreryJson.TypeOf<EvaluationResult>())!, cancel) is not { } note)
            return null;
        return JsonSerializer.Serialize(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["note"] = note }, EvaluationJson.Default.SortedDictionaryStringString);
    }

    private async ValueTask<Result<Done>> KeepAsync(JobContext job, EvaluationRow row, EvaluationResult result, string dataSha256, bool? passed, CancellationToken cancel)
    {
        var text = JsonSerializer.Serialize(result, OrreryJson.TypeOf<EvaluationResult>());
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var lineage = await edges.OfAsync(job.Actor, row, now, cancel);
        return await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (!await EvaluationStore.SucceedAsync(session, row, dataSha256, text, Convert.ToHexStringLower(hash), passed, now))
                return Done.Ok;
            await LineageEdges.AppendAsync(session, job.Actor, lineage);
            await audit.AppendAsync(session, job.Actor, new AuditRecord("evaluation.succeed", "evaluation", row.Id) { After = hash });
            return Done.Ok;
        }, cancel);
    }

    private async ValueTask<Failure> FailAsync(JobContext job, EvaluationRow row, Failure failure, CancellationToken cancel)
    {
        Log.NotEvaluated(logger, row.Id, failure.Code);
        if (failure.Kind is FailureKind.Unavailable or FailureKind.Exhausted && job.Attempt < Policy.MaxAttempts)
            return failure;
        var ended = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (await EvaluationStore.EndAsync(session, row, EvaluationRow.Failed, failure, time.GetUtcNow().ToUnixTimeMilliseconds()))
                await audit.AppendAsync(session, job.Actor, new AuditRecord("evaluation.fail", "evaluation", row.Id) { Outcome = AuditOutcome.Refused, Reason = failure.Code });
            return Done.Ok;
        }, cancel);
        return ended.Failure ?? failure;
    }
}
