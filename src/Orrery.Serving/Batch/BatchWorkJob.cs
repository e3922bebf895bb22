using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>
/// One of the workers of a batch prediction, on whichever server takes it. It takes one partition after the other for a while and then goes to the end of the queue
/// as another job, so that batch predictions share the servers. What a partition wrote is named in the transaction that ends it, by a job that still has its
/// lease: a partition that is done again after a crash leaves no trace of the first time.
/// </summary>
internal sealed class BatchWorkJob(
    Db db, Jobs jobs, BatchModels models, BatchPartitions partitions, BatchEnds ends, BatchOptions options, TimeProvider time, ILogger<BatchWorkJob> logger) : IJobHandler
{
    public const string JobKind = "serving.batch_work";

    private const int MostFailures = 5;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(60);

    public string Kind => JobKind;

    public int MaxConcurrent => options.Concurrency;

    // Servers may die as often as they like; what fails by itself is counted for each partition.
    public JobPolicy Policy { get; } = new() { MaxAttempts = 10_000, FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromSeconds(30) };

    /// <summary>Sets workers to work.</summary>
    public static async ValueTask BeginAsync(DbSession session, Jobs jobs, Actor actor, BatchRow batch, long partitions)
    {
        var count = Math.Min(batch.Spec.Parallel ?? BatchRules.DefaultParallel, partitions);
        for (var worker = 1L; worker <= count; worker++)
            await BatchStore.PutWorkerAsync(session, batch, worker, await EnqueueAsync(session, jobs, actor, batch, worker));
    }

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize(job.Payload, BatchJson.Default.BatchOrder)!;
        var batch = await db.ReadAsync(session => BatchStore.FindAsync(session, job.Actor.Workspace, order.Batch), cancel);
        if (batch is not { State: BatchStates.Running, Plan: { } plan })
            return (string?)null;
        var held = await models.HoldAsync(job.Actor, batch, cancel);
        if (held.Failed(out var refused, out var model))
        {
            // It was loaded when this was planned; this server may lack something, or lack it now.
            if (job.Attempt < MostFailures)
                return refused with { Kind = FailureKind.Unavailable };
            await ends.FailAsync(job, batch, refused, cancel);
            return refused;
        }

        using (model)
            return await TurnAsync(job, order, batch, plan, model.Model, cancel);
    }

    private async Task<Result<string?>> TurnAsync(JobContext job, BatchOrder order, BatchRow batch, BatchPlan plan, ServedModel model, CancellationToken cancel)
    {
        var until = time.GetUtcNow() + Turn;
        while (true)
        {
            if ((await ClaimAsync(job, order, cancel)).Failed(out var lost, out var claim))
                return lost;
            if (claim.Partition is not { } partition)
                return (string?)null;
            job.Report(batch.Rows == 0 ? 0 : (double)claim.Batch!.RowsDone / batch.Rows, $"partition {partition.Number} of {batch.Partitions}");
            var done = await partitions.RunAsync(job, order.Worker, claim.Batch!, plan, partition, model, cancel);
            if (done.Failure is { } failure)
                return await FailedAsync(job, order, claim.Batch!, partition, failure, cancel);
            if (time.GetUtcNow() >= until)
                return await PassOnAsync(job, order, batch, cancel);
        }
    }

    private ValueTask<Result<(BatchRow? Batch, PartitionRow? Partition)>> ClaimAsync(JobContext job, BatchOrder order, CancellationToken cancel) =>
        db.WriteAsync<(BatchRow?, PartitionRow?)>(async session =>
        {
            if (await BatchStore.FindAsync(session, job.Actor.Workspace, order.Batch) is not { State: BatchStates.Running } batch)
                return (null, null);
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            return (batch, await PartitionStore.ClaimAsync(session, batch, order.Worker, job.Id, time.GetUtcNow().ToUnixTimeMilliseconds()));
        }, cancel);

    // What may pass is tried again by this job; what will not, or has not for long, ends the whole.
    private async Task<Result<string?>> FailedAsync(JobContext job, BatchOrder order, BatchRow batch, PartitionRow partition, Failure failure, CancellationToken cancel)
    {
        var isFinal = failure.Kind is not FailureKind.Unavailable || partition.Failures + 1 >= MostFailures;
        Log.PartitionFailed(logger, partition.Number, batch.Id, failure.Code, isFinal);
        var noted = await db.WriteAsync<Done>(async session =>
        {
            if (await BatchStore.LockAsync(session, batch.Workspace, batch.Id) is not { } now)
                return Done.Ok;
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (!await PartitionStore.FailAsync(session, now, partition.Number, order.Worker, failure, isFinal) || !isFinal)
                return Done.Ok;
            await BatchStore.FailedPartitionAsync(session, now);
            return now.State == BatchStates.Running ? await ends.EndAsync(session, job.Actor, now, BatchStates.Failed, failure) : Done.Ok;
        }, cancel);
        return noted.Failure ?? failure;
    }

    private async Task<Result<string?>> PassOnAsync(JobContext job, BatchOrder order, BatchRow batch, CancellationToken cancel)
    {
        var passed = await db.WriteAsync<Done>(async session =>
        {
            if (await BatchStore.LockAsync(session, batch.Workspace, batch.Id) is not { State: BatchStates.Running } now)
                return Done.Ok;
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            await BatchStore.PutWorkerAsync(session, now, order.Worker, await EnqueueAsync(session, jobs, job.Actor, now, order.Worker));
            return Done.Ok;
        }, cancel);
        return passed.Failed(out var failure, out _) ? failure : (string?)null;
    }

    private static ValueTask<JobId> EnqueueAsync(DbSession session, Jobs jobs, Actor actor, BatchRow batch, long worker) =>
        jobs.EnqueueAsync(session, actor, JobKind, JsonSerializer.Serialize(new(batch.Id, worker), BatchJson.Default.BatchOrder));
}
