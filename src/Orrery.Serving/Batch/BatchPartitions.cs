using System.Diagnostics;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Does one partition: brings its rows here, predicts them, and names what was written in one transaction.</summary>
internal sealed class BatchPartitions(Db db, BulkInputs inputs, BatchBlobs blobs, BatchEnds ends, BatchScratch scratch, BatchOptions options, ServingMetrics metrics, TimeProvider time,
    ISubjectConsent? consent = null)
{
    /// <summary>Does it. A failure of kind <see cref="FailureKind.Unavailable"/> may pass.</summary>
    public async ValueTask<Result<Done>> RunAsync(JobContext job, long worker, BatchRow batch, BatchPlan plan, PartitionRow partition, ServedModel model, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        using var span = ServingTraces.BeginBatch("predict partition", batch);
        span?.SetTag("partition", partition.Number);
        var folder = scratch.NewFolder();
        try
        {
            var done = await RunAsync(job, worker, new(batch, plan, partition, [], model, folder), cancel);
            span.Ended(done.Failure?.HttpStatus ?? 200);
            metrics.UseOf(batch.Workspace, batch.Model).Add(rows: 0, Stopwatch.GetElapsedTime(began));
            metrics.PartitionEnded(batch.Model, batch.Version, Stopwatch.GetElapsedTime(began), done.Failure is null ? "done" : "failed");
            return done;
        }
        catch (ModelUnavailableException away)
        {
            return Failure.Unavailable("serving.batch_model_away", away.Message);
        }
        catch (IOException broken)
        {
            return Failure.Unavailable("serving.batch_io", $"A file could not be read or written: {broken.Message}");
        }
        finally
        {
            BatchScratch.Delete(folder);
        }
    }

    private async ValueTask<Result<Done>> RunAsync(JobContext job, long worker, PartitionWork work, CancellationToken cancel)
    {
        if ((await RangesAsync(job.Actor, work, cancel)).Failed(out var refused, out var ranges))
            return refused;
        var optedOut = consent is null ? null : await consent.NowAsync(job.Actor.Workspace, SubjectPurpose.Prediction, cancel);
        work = work with { Ranges = ranges, OptedOut = optedOut };
        var run = await GivingThread.RunAsync(() => PartitionRun.Run(work, options, cancel), options.Nice);
        if (run.Failed(out refused, out var outcome))
            return refused;
        // Files of this machine are links: somebody may have written into them meanwhile.
        if (work.Partition.InputKey is null && (await RangesAsync(job.Actor, work, cancel)).Failure is { } changed)
            return changed;
        var (batch, partition) = (work.Batch, work.Partition);
        PartitionFile? output = null, refusals = null;
        if (outcome.Predicted > 0)
        {
            if ((await PutAsync(job.Actor, work, "output", work.IsCsv ? ".csv" : ".parquet", work.OutputPath, outcome.Predicted, cancel)).Failed(out refused, out output))
                return refused;
        }

        if (outcome.Refused > 0)
        {
            if ((await PutAsync(job.Actor, work, "refused", ".jsonl", work.RefusedPath, outcome.Refused, cancel)).Failed(out refused, out refusals))
            {
                await blobs.DeleteAsync([output?.Key]);
                return refused;
            }
        }

        var committed = await CommitAsync(job, worker, batch, partition, output, refusals, outcome.LeftOut, cancel);
        if (committed.Failed(out refused, out var isLast))
        {
            await blobs.DeleteAsync([output?.Key, refusals?.Key]);
            return refused;
        }

        metrics.BatchRows(batch.Model, batch.Version, outcome.Predicted, outcome.Refused);
        metrics.UseOf(batch.Workspace, batch.Model).Add(outcome.Predicted, TimeSpan.Zero);
        await blobs.DeleteAsync([partition.InputKey]);
        if (isLast)
            await blobs.TidyAsync(batch.Workspace, batch.Id, cancel);
        return Done.Ok;
    }

    // Where the rows are on this server's disk, and that they are as they were when this was planned.
    private async ValueTask<Result<List<RowRange>>> RangesAsync(Actor actor, PartitionWork work, CancellationToken cancel)
    {
        var (batch, partition) = (work.Batch, work.Partition);
        if (partition.InputKey is { } key)
        {
            var path = Path.Combine(work.Folder, "rows.parquet");
            return await blobs.FetchAsync(key, path, cancel)
                ? new List<RowRange> { new(path, 0, partition.Rows) }
                : Failure.Unavailable("serving.batch_input_lost", $"The rows of partition {partition.Number} of {batch.Id} are not in the blob store.");
        }

        var parts = BatchPlanning.Parts(work.Plan.Files, partition);
        var pinned = parts.Select(static part => new BulkFile(part.File.Name, part.File.Size, part.File.Sha256, "")).ToList();
        if ((await inputs.ReopenAsync(actor, pinned, cancel)).Failed(out var changed, out var files))
            return changed;
        return parts.Select((part, index) => new RowRange(files[index].LocalPath, part.First, part.Rows)).ToList();
    }

    private async ValueTask<Result<PartitionFile>> PutAsync(Actor actor, PartitionWork work, string kind, string extension, string path, long rows, CancellationToken cancel) =>
        (await blobs.PutAsync(actor, work.Batch.Id, kind, work.Partition.Number, extension, path, cancel)).Failed(out var full, out var blob)
            ? full
            : new PartitionFile(blob.Key, rows, blob.Size, blob.Sha256!);

    /// <summary>Names what was written, once and by one: true when this was the last partition.</summary>
    private ValueTask<Result<bool>> CommitAsync(JobContext job, long worker, BatchRow batch, PartitionRow partition, PartitionFile? output, PartitionFile? refused, long leftOut, CancellationToken cancel) =>
        db.WriteAsync<bool>(async session =>
        {
            if (await BatchStore.LockAsync(session, batch.Workspace, batch.Id) is not { State: BatchStates.Running or BatchStates.Failed } now)
                return Failure.Conflict("serving.batch_ended", $"The batch prediction {batch.Id} was cancelled or deleted meanwhile.");
            if ((await job.GuardAsync(session)).Failure is { } lost)
                return lost;
            if (now.RowsFaulty + (refused?.Rows ?? 0) - leftOut > now.MostRefused)
                return Failure.Invalid("serving.batch_too_many_refused", $"More than {now.MostRefused} rows are refused ('max_refused').");
            if (!await PartitionStore.DoneAsync(session, now, partition.Number, worker, output, refused, time.GetUtcNow().ToUnixTimeMilliseconds()))
                return Failure.Conflict("serving.batch_ended", $"Partition {partition.Number} of {batch.Id} is another worker's now.");
            await BatchStore.DoneAsync(session, now, partition.Rows, refused?.Rows ?? 0, leftOut, (output?.Size ?? 0) + (refused?.Size ?? 0));
            if (now.State != BatchStates.Running || now.PartitionsDone + 1 < now.Partitions)
                return false;
            return (await ends.SucceedAsync(session, job.Actor, now)).Failed(out var wrong, out _) ? wrong : true;
        }, cancel);
}
