using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// Work that outlives a request. A job is enqueued in the transaction of the fact that needs it, run at least once by any
/// server that has its handler, survives crashes, and ends in one final state.
/// </summary>
public sealed class Jobs
{
    /// <summary>Longest page of <see cref="ListAsync"/>.</summary>
    public const int MaxPage = 1000;

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly JobSignals _signals;
    private readonly Action _wake;

    internal Jobs(Db db, TimeProvider time, JobSignals signals)
    {
        _db = db;
        _time = time;
        _signals = signals;
        _wake = signals.Queue.Set;
    }

    /// <summary>Enqueues a job in the caller's transaction: it exists when that commits, and not otherwise.</summary>
    /// <param name="session">The caller's transaction.</param>
    /// <param name="actor">Who asks, and the workspace.</param>
    /// <param name="kind">Which handler is to run it.</param>
    /// <param name="payload">What to do: JSON, the kind's own.</param>
    /// <param name="dedupeKey">While a job of this kind and key is unfinished, its id is returned and nothing is added.</param>
    /// <param name="runAfter">Not before; null for now.</param>
    /// <returns>The new job's id, or that of the unfinished one with the same key.</returns>
    public async ValueTask<JobId> EnqueueAsync(
        DbSession session, Actor actor, string kind, string payload, string? dedupeKey = null, DateTimeOffset? runAfter = null) =>
        (await FindOrEnqueueAsync(session, actor, kind, payload, dedupeKey, runAfter)).Id;

    /// <summary>As <see cref="EnqueueAsync"/>, and whether the job is new.</summary>
    public async ValueTask<(JobId Id, bool IsNew)> FindOrEnqueueAsync(
        DbSession session, Actor actor, string kind, string payload, string? dedupeKey = null, DateTimeOffset? runAfter = null)
    {
        var id = JobId.New(_time);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        while (!await JobStore.InsertAsync(session, actor, id, kind, payload, dedupeKey, now, runAfter?.ToUnixTimeMilliseconds() ?? now))
        {
            // The one in the way may finish between the two statements; then the insert succeeds.
            if (await JobStore.FindUnfinishedAsync(session, actor, kind, dedupeKey!) is { } existing)
                return (existing, false);
        }

        session.AfterCommit(_wake);
        return (id, true);
    }

    /// <summary>A job of the actor's workspace; null when there is none.</summary>
    public ValueTask<Job?> FindAsync(Actor actor, JobId id, CancellationToken cancel) =>
        _db.ReadAsync(session => JobStore.FindAsync(session, actor, id), cancel);

    /// <summary>Jobs of the actor's workspace, newest first.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="filter">Which jobs.</param>
    /// <param name="limit">Page length, 1 to <see cref="MaxPage"/>; clamped.</param>
    /// <param name="pageToken">From the page before; null for the first.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns><c>storage.page_token_invalid</c> when the token is not one of ours.</returns>
    public async ValueTask<Result<Page<Job>>> ListAsync(Actor actor, JobFilter filter, int limit, string? pageToken, CancellationToken cancel)
    {
        string? before = null;
        if (!string.IsNullOrEmpty(pageToken))
        {
            before = PageToken.Decode(pageToken, count: 1)?[0] as string;
            if (before is null)
                return Failure.Invalid("storage.page_token_invalid", "The page token is not one that a listing of jobs returned.");
        }

        limit = Math.Clamp(limit, 1, MaxPage);
        var jobs = await _db.ReadAsync(session => JobStore.ListAsync(session, actor, filter, before, limit + 1), cancel);
        if (jobs.Count <= limit)
            return new Page<Job>(jobs, null);
        jobs.RemoveAt(limit);
        return new Page<Job>(jobs, PageToken.Encode(jobs[^1].Id.ToString()));
    }

    /// <summary>Asks to stop a job: a queued one is cancelled at once, a running one as soon as its server hears of it.</summary>
    /// <returns><c>storage.job_not_found</c>, or <c>storage.job_finished</c> (conflict) when it is final already.</returns>
    public ValueTask<Result<Done>> CancelAsync(Actor actor, JobId id, CancellationToken cancel) =>
        _db.WriteAsync(session => CancelAsync(session, actor, id), cancel);

    /// <summary>As <see cref="CancelAsync(Actor, JobId, CancellationToken)"/>, in the caller's transaction.</summary>
    public async ValueTask<Result<Done>> CancelAsync(DbSession session, Actor actor, JobId id)
    {
        if (await JobStore.CancelAsync(session, actor, id, _time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            session.AfterCommit(() => _signals.RequestCancel(id));
            return Done.Ok;
        }

        return await JobStore.FindAsync(session, actor, id) is { } job
            ? Failure.Conflict("storage.job_finished", $"Job {id} cannot be cancelled: it has {JobStore.Name(job.State)}.")
            : Failure.NotFound("storage.job_not_found", $"There is no job {id}.");
    }
}
