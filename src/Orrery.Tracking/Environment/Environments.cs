using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Where runs ran, as their clients captured it.</summary>
public sealed class Environments(Db db, Runs runs)
{
    private const int MaxPackages = 5_000;

    /// <summary>A run's environment; <c>tracking.run_not_found</c>, <c>tracking.no_environment</c>.</summary>
    public async ValueTask<Result<RunEnvironment>> GetAsync(Actor actor, string runId, CancellationToken cancel)
    {
        var (run, environments) = await db.ReadAsync(async session => (
            await RunStore.FindAsync(session, actor.Workspace, runId),
            await EnvironmentStore.ListAsync(session, actor.Workspace, [runId])), cancel);
        if (run is null)
            return RunFailures.NotFound(runId);
        return environments.TryGetValue(runId, out var environment)
            ? environment
            : Failure.NotFound("tracking.no_environment", $"No environment was captured for run {runId}.");
    }

    /// <summary>Stores a run's environment, replacing one that is there; <c>tracking.run_not_found</c>, <c>tracking.run_deleted</c>, <c>tracking.too_many_packages</c>.</summary>
    public async ValueTask<Result<RunEnvironment>> SetAsync(Actor actor, string runId, RunEnvironment environment, CancellationToken cancel)
    {
        if (environment.Packages.Count > MaxPackages)
        {
            return Failure.Invalid("tracking.too_many_packages",
                $"The environment lists {environment.Packages.Count} packages; it may list {MaxPackages}.");
        }

        var kept = environment with { Packages = [.. environment.Packages.OrderBy(static p => p.Name, StringComparer.Ordinal)] };
        var entry = Act.Run("run.environment.set", runId) with { After = ContentHash.Of(kept), Detail = Act.Counts(("packages", kept.Packages.Count)) };
        return await runs.ChangeAsync<RunEnvironment>(actor, runId, entry, async (session, _) =>
        {
            await EnvironmentStore.SetAsync(session, actor.Workspace, runId, kept);
            await RunEdges.AppendAsync(session, actor.Workspace, [runId]);
            // The commit may be known from here only.
            if (await RunStore.FindAsync(session, actor.Workspace, runId) is { } run && RunStatus.IsFinal(run.Status))
                await FingerprintStore.RecordAsync(session, actor.Workspace, runId);
            return kept;
        }, cancel);
    }
}
