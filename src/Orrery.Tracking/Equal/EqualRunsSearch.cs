using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Finds earlier work with the same code, parameters and data. Runs are found by the fingerprint recorded when they ended; that of
/// the run asked about is computed anew, so that a run that has just begun can be told as well.
/// </summary>
internal sealed class EqualRunsSearch(Db db)
{
    private const int MaxRuns = 100;

    /// <summary><c>tracking.run_not_found</c>.</summary>
    public ValueTask<Result<EqualRuns>> FindAsync(Actor actor, string runId, CancellationToken cancel) =>
        db.ReadAsync<Result<EqualRuns>>(async session =>
        {
            if (await RunStore.FindAsync(session, actor.Workspace, runId) is null)
                return RunFailures.NotFound(runId);
            var identity = await FingerprintStore.LoadAsync(session, actor.Workspace, runId);
            List<Run> equal = identity.Fingerprint() is { } fingerprint
                ? await FingerprintStore.EqualAsync(session, actor.Workspace, fingerprint, runId, MaxRuns)
                : [];
            return new EqualRuns
            {
                RunId = runId,
                Comparable = identity.Obstacle is null,
                Reason = identity.Obstacle,
                CodeVersion = identity.Commit,
                DatasetDigests = identity.Digests,
                Runs = equal.ConvertAll(RunInfos.Of),
            };
        }, cancel);
}
