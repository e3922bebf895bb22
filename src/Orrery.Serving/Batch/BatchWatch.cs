using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>
/// Looks, on one server at a time, after batch predictions whose jobs have ended without them, as when somebody cancelled a job, and deletes those whose time is
/// over.
/// </summary>
internal sealed class BatchWatch(
    Db db, Jobs jobs, BatchPredictions batches, BatchEnds ends, Workspaces workspaces, ServerIdentity server, TimeProvider time, ILogger<BatchWatch> logger) : BackgroundService
{
    private const int Page = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly DutyLease _lease = new(db, "serving-batch", server.Name, Interval * 2, time);

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (!await _lease.TakeAsync(cancel))
            return;
        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        foreach (var batch in await db.ReadAsync(BatchStore.OpenAsync, cancel))
            await LookAsync(Actor.System(batch.Workspace, names.GetValueOrDefault(batch.Workspace, "")), batch, cancel);
        List<BatchRow> expired;
        do
        {
            expired = await db.ReadAsync(session => BatchStore.ExpiredAsync(session, time.GetUtcNow().ToUnixTimeMilliseconds(), Page), cancel);
            foreach (var batch in expired)
                await batches.DeleteAsync(Actor.System(batch.Workspace, names.GetValueOrDefault(batch.Workspace, "")), batch.Id, cancel);
        }
        while (expired.Count == Page);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.BatchWatchFailed(logger, failed);
            }
        }
    }

    private async Task LookAsync(Actor actor, BatchRow seen, CancellationToken cancel)
    {
        if (seen.State == BatchStates.Planning)
        {
            if (await EndedAsync(actor, seen.JobId, cancel) is { } planning)
                await EndAsync(actor, seen, [], planning, cancel);
            return;
        }

        var workers = await db.ReadAsync(session => BatchStore.WorkersAsync(session, seen.Workspace, seen.Id), cancel);
        var gone = new List<(long Worker, JobId Job, Job? Ended)>();
        foreach (var (worker, job) in workers)
        {
            if (await EndedAsync(actor, job.ToString(), cancel) is { } ended)
                gone.Add((worker, job, ended));
        }

        if (gone.Count == 0 && workers.Count > 0)
            return;
        if (gone.Count == workers.Count)
            await EndAsync(actor, seen, workers, gone.Select(static one => one.Ended).FirstOrDefault(), cancel);
        else
            await ReleaseAsync(seen, gone.ConvertAll(static one => (one.Worker, one.Job)), cancel);
    }

    // A worker that found nothing to do any more ends while others still work; what one had that did not end so is the others' now.
    private ValueTask<Result<Done>> ReleaseAsync(BatchRow seen, List<(long Worker, JobId Job)> gone, CancellationToken cancel) => db.WriteAsync<Done>(async session =>
    {
        if (await BatchStore.LockAsync(session, seen.Workspace, seen.Id) is not { State: BatchStates.Running } batch)
            return Done.Ok;
        var now = await BatchStore.WorkersAsync(session, seen.Workspace, seen.Id);
        foreach (var (worker, _) in gone.Where(now.Contains))
        {
            await PartitionStore.ReleaseAsync(session, batch, worker);
            await BatchStore.DeleteWorkerAsync(session, seen.Workspace, seen.Id, worker);
        }

        return Done.Ok;
    }, cancel);

    // It may have ended by itself since it was looked at, or gone on with other jobs.
    private async ValueTask EndAsync(Actor actor, BatchRow seen, List<(long Worker, JobId Job)> workers, Job? job, CancellationToken cancel)
    {
        var wasCancelled = job?.State is JobState.Cancelled;
        var failure = wasCancelled ? null : new Failure(
            FailureKind.Unavailable, "serving.batch_jobs_ended", $"Its jobs ended before it did: {job?.Error ?? "there is none any more"}. Try it again.");
        await db.WriteAsync<Done>(async session =>
        {
            if (await BatchStore.LockAsync(session, seen.Workspace, seen.Id) is not { } batch || batch.State != seen.State || batch.JobId != seen.JobId)
                return Done.Ok;
            if (!workers.SequenceEqual(await BatchStore.WorkersAsync(session, seen.Workspace, seen.Id)))
                return Done.Ok;
            return await ends.EndAsync(session, actor, batch, wasCancelled ? BatchStates.Cancelled : BatchStates.Failed, failure);
        }, cancel);
    }

    /// <summary>A job that will do nothing any more; null for one that will.</summary>
    private async ValueTask<Job?> EndedAsync(Actor actor, string id, CancellationToken cancel) =>
        await jobs.FindAsync(actor, JobId.Parse(id, null), cancel) is { State: not (JobState.Queued or JobState.Running) } ended ? ended : null;
}
