using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Plans a batch prediction and sets its workers to work, in one transaction. One that was broken off begins anew.</summary>
internal sealed class BatchPlanJob(Db db, Jobs jobs, BatchPlanning planning, BatchBlobs blobs, BatchEnds ends, TimeProvider time, ILogger<BatchPlanJob> logger) : IJobHandler
{
    public const string JobKind = "serving.batch_plan";

    public string Kind => JobKind;

    public int MaxConcurrent => 2;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 8, FirstRetry = TimeSpan.FromSeconds(2), LongestRetry = TimeSpan.FromMinutes(1) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, BatchJson.Default.BatchOrder)!;
        var batch = await db.ReadAsync(session => BatchStore.FindAsync(session, job.Actor.Workspace, order.Batch), cancel);
        if (batch is not { State: BatchStates.Planning })
            return (string?)null;
        job.Report(0, "planning");
        using var span = ServingTraces.BeginBatch("plan batch", batch);
        // What an earlier attempt took.
        await blobs.TidyAsync(batch.Workspace, batch.Id, cancel);
        var planned = await planning.PlanAsync(job.Actor, batch, cancel);
        var done = planned.Failed(out var refused, out var plan) ? refused : await BeginAsync(job, batch, plan.Plan, plan.Partitions, cancel);
        if (done.Failure is not { } failure)
            return (string?)null;
        if (failure.Kind is not FailureKind.Unavailable || job.Attempt >= Policy.MaxAttempts)
            await ends.FailAsync(job, batch, failure, cancel);
        Log.BatchNotPlanned(logger, batch.Id, failure.Code, failure.Message);
        return failure;
    }

    private ValueTask<Result<Done>> BeginAsync(JobContext job, BatchRow batch, BatchPlan plan, List<PartitionRow> partitions, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        if (await BatchStore.LockAsync(session, batch.Workspace, batch.Id) is not { State: BatchStates.Planning } now)
            return Done.Ok;
        if ((await job.GuardAsync(session)).Failure is { } lost)
            return lost;
        await BatchStore.PlannedAsync(session, now, plan, partitions.Count, partitions.Sum(static partition => partition.Rows), time.GetUtcNow().ToUnixTimeMilliseconds());
        if (partitions.Count == 0)
            return await ends.SucceedAsync(session, job.Actor, now);
        await PartitionStore.InsertAsync(session, now, partitions);
        await BatchWorkJob.BeginAsync(session, jobs, job.Actor, now, partitions.Count);
        return Done.Ok;
    }, cancel);
}
