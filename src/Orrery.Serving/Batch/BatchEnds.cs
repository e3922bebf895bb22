using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Ends batch predictions.</summary>
internal sealed class BatchEnds(Db db, AuditLog audit, LineageSender lineage, BatchOptions options, ServingMetrics metrics, TimeProvider time)
{
    private const int LongestError = 2000;

    /// <summary>All partitions are done. The caller holds the batch prediction.</summary>
    public ValueTask<Result<Done>> SucceedAsync(DbSession session, Actor actor, BatchRow batch) => EndAsync(session, actor, batch, BatchStates.Succeeded, null);

    /// <summary>Ends it with a failure, in a transaction of its own; nothing when it has ended.</summary>
    public ValueTask<Result<Done>> FailAsync(JobContext job, BatchRow batch, Failure failure, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        if (await BatchStore.LockAsync(session, batch.Workspace, batch.Id) is not { } now || BatchStates.IsFinal(now.State))
            return Done.Ok;
        if ((await job.GuardAsync(session)).Failure is { } lost)
            return lost;
        return await EndAsync(session, job.Actor, now, BatchStates.Failed, failure);
    }, cancel);

    /// <summary>Ends it. The caller holds the batch prediction, which has not ended.</summary>
    public async ValueTask<Result<Done>> EndAsync(DbSession session, Actor actor, BatchRow batch, string state, Failure? failure)
    {
        var now = time.GetUtcNow();
        if (failure is { Message.Length: > LongestError })
            failure = failure with { Message = failure.Message[..LongestError] + "..." };
        var expires = now.AddDays(batch.Spec.Output.RetentionDays ?? options.RetentionDays);
        await BatchStore.EndAsync(session, batch, state, failure, now.ToUnixTimeMilliseconds(), expires.ToUnixTimeMilliseconds());
        await audit.AppendAsync(session, actor, new AuditRecord("batch-prediction.end", "batch-prediction", batch.Id)
        {
            Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"state":"{{state}}","code":"{{failure?.Code ?? ""}}","rows":{{batch.Rows}}}"""),
        });
        await BatchEdges.AppendAsync(session, actor, batch, state, now.ToUnixTimeMilliseconds());
        lineage.Tell(session, actor, BatchEdges.Ended(batch, state, failure, now.ToUnixTimeMilliseconds()));
        metrics.BatchEnded(state);
        return Done.Ok;
    }
}
