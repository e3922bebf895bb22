using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Makes a report.</summary>
internal sealed class ExplanationJob(Db db, ExplanationRun run, ReportEdges edges, GovernanceOptions options, TimeProvider time, ILogger<ExplanationJob> logger) : IJobHandler
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
        if (failure is not null)
        {
            ended = ended with { State = ExplanationRow.Failed, ErrorCode = failure.Code, Error = failure.Message };
        }
        else
        {
            var (json, hash) = Write(found.Result);
            ended = ended with { State = ExplanationRow.Succeeded, ModelSha256 = found.Result.ModelSha256, Result = json, ContentHash = hash, Background = found.Background.Write() };
        }

        var lineage = failure is null ? await edges.OfAsync(job.Actor, row, ended.FinishedAt!.Value, cancel) : [];
        var kept = await db.WriteAsync<Done>(async session =>
        {
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            await ExplanationStore.EndAsync(session, ended);
            await LineageEdges.AppendAsync(session, job.Actor, lineage);
            return Done.Ok;
        }, cancel);
        if (kept.Failure is { } other)
            return other;
        Log.ExplanationEnded(logger, row.Id, row.Model, row.Version, ended.State);
        return failure is null ? (string?)null : failure;
    }

    public JobPolicy Policy => JobPolicy.Default;
}
