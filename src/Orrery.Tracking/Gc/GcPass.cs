using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>One attempt at one garbage collection.</summary>
internal sealed class GcPass(
    Db db, AuditLog audit, Removals removals, OrphanSweep orphans, IReadOnlyList<IArtifactReferences> references, JobContext job, GcOrder order)
{
    private const int AtOnce = 200;

    private readonly GcScope _scope = new(order.Cutoff, order.ExperimentIds);
    private readonly Dictionary<long, long> _goneFrom = [];
    private GcReport _report = new() { DryRun = order.DryRun };

    private WorkspaceId Workspace => job.Actor.Workspace;

    public async ValueTask<Result<GcReport>> RunAsync(CancellationToken cancel)
    {
        if (await FinishAsync(cancel) is { } failure)
            return failure;
        job.Report(0.05, "Looking for deleted runs");
        if (await RunsAsync(cancel) is { } inRuns)
            return inRuns;
        job.Report(0.5, $"{_report.Runs} runs done; looking for logged models");
        if (await ModelsAsync(cancel) is { } inModels)
            return inModels;
        job.Report(0.7, $"{_report.Runs} runs and {_report.LoggedModels} logged models done; looking for empty experiments");
        if (await ExperimentsAsync(cancel) is { } inExperiments)
            return inExperiments;
        if (_scope.ExperimentIds.Count == 0)
        {
            job.Report(0.8, "Looking for files that nothing names");
            Count(await orphans.SweepAsync(job.Actor, order.DryRun, cancel));
        }

        job.Report(1, "Done");
        return _report;
    }

    private async ValueTask<Failure?> RunsAsync(CancellationToken cancel)
    {
        GcRun? last = null;
        while (await db.ReadAsync(session => GcStore.RunsAsync(session, Workspace, _scope, last, AtOnce), cancel) is { Count: > 0 } batch)
        {
            last = batch[^1];
            var taken = await TakeAsync(async session =>
            {
                var (still, needed) = await JudgeAsync(session, batch);
                var gone = batch.Where(r => still.Contains(r.Id) && !needed.Contains(r.Id)).ToList();
                if (!order.DryRun)
                {
                    await RemovalStore.BeginRunsAsync(session, Workspace, gone.ConvertAll(static r => (r.Id, r.ArtifactUri)));
                    foreach (var run in gone)
                        await audit.AppendAsync(session, job.Actor, Act.Run("run.remove", run.Id));
                }

                return (gone, needed.Count);
            }, cancel);
            if (taken.Failed(out var failure, out var result))
                return failure;
            _report = _report with { Runs = _report.Runs + result.gone.Count, KeptBecauseRegistered = _report.KeptBecauseRegistered + result.Count };
            if (await GoneAsync(result.gone.ConvertAll(static r => (r.ExperimentId, r.ArtifactUri)), cancel) is { } lost)
                return lost;
            job.Report(0.05, $"{_report.Runs} runs done");
        }

        return null;
    }

    private async ValueTask<Failure?> ModelsAsync(CancellationToken cancel)
    {
        var last = "";
        while (await db.ReadAsync(session => GcStore.ModelsAsync(session, Workspace, _scope, last, AtOnce), cancel) is { Count: > 0 } batch)
        {
            var after = last;
            last = batch[^1].Id;
            var taken = await TakeAsync(async session =>
            {
                if (!order.DryRun)
                {
                    await GcStore.LockExperimentsAsync(session, Workspace, [.. batch.Select(static m => m.ExperimentId).Distinct()]);
                    await GcStore.LockModelsAsync(session, Workspace, batch.ConvertAll(static m => m.Id));
                }

                // Read again: one may have been restored with its experiment.
                var still = await GcStore.ModelsAsync(session, Workspace, _scope, after, AtOnce);
                var needed = await NeededAsync(session, still.Select(static m => m.Id).ToHashSet());
                var gone = still.Where(m => string.CompareOrdinal(m.Id, last) <= 0 && !needed.Contains(m.Id)).ToList();
                if (!order.DryRun)
                {
                    await RemovalStore.BeginModelsAsync(session, Workspace, gone.ConvertAll(static m => (m.Id, m.ArtifactUri)));
                    foreach (var model in gone)
                        await audit.AppendAsync(session, job.Actor, Act.LoggedModel("logged-model.remove", model.Id));
                }

                return (gone, needed.Count);
            }, cancel);
            if (taken.Failed(out var failure, out var result))
                return failure;
            _report = _report with { LoggedModels = _report.LoggedModels + result.gone.Count, KeptBecauseRegistered = _report.KeptBecauseRegistered + result.Count };
            if (await GoneAsync(result.gone.ConvertAll(static m => (m.ExperimentId, m.ArtifactUri)), cancel) is { } lost)
                return lost;
        }

        return null;
    }

    private async ValueTask<Failure?> ExperimentsAsync(CancellationToken cancel)
    {
        var taken = await TakeAsync(async session =>
        {
            var old = await GcStore.ExperimentsAsync(session, Workspace, _scope);
            if (!order.DryRun)
            {
                // Counted again with their rows locked: one may have been restored, or got something, since.
                var held = await GcStore.LockExperimentsAsync(session, Workspace, old.ConvertAll(static e => e.Id));
                old = [.. (await GcStore.ExperimentsAsync(session, Workspace, _scope)).Where(e => held.Contains(e.Id))];
            }

            // A dry run has removed nothing, so what it counted is still in there.
            var empty = old.Where(e => e.Runs + e.Models == (order.DryRun ? _goneFrom.GetValueOrDefault(e.Id) : 0)).Select(static e => e.Id).ToList();
            if (!order.DryRun)
            {
                await GcStore.RemoveExperimentsAsync(session, Workspace, empty);
                foreach (var id in empty)
                    await audit.AppendAsync(session, job.Actor, Act.Experiment("experiment.remove", id));
            }

            return empty.Count;
        }, cancel);
        if (taken.Failed(out var failure, out var count))
            return failure;
        _report = _report with { Experiments = count };
        return null;
    }

    /// <summary>Which runs of a batch may still go, and which of them must stay because something needs them or a model they made.</summary>
    private async ValueTask<(HashSet<string> Still, HashSet<string> Needed)> JudgeAsync(DbSession session, List<GcRun> batch)
    {
        var still = order.DryRun
            ? batch.Select(static r => r.Id).ToHashSet()
            : await GcStore.LockRunsAsync(session, Workspace, _scope, [.. batch.Select(static r => r.Id)]);
        var made = await GcStore.ModelsOfAsync(session, Workspace, still);
        var named = await NeededAsync(session, [.. still, .. made.Select(static m => m.ModelId)]);
        var needed = still.Where(named.Contains).ToHashSet();
        needed.UnionWith(made.Where(m => named.Contains(m.ModelId)).Select(static m => m.RunId));
        return (still, needed);
    }

    private async ValueTask<HashSet<string>> NeededAsync(DbSession session, HashSet<string> candidates)
    {
        var needed = new HashSet<string>();
        if (candidates.Count == 0)
            return needed;
        foreach (var answer in references)
            needed.UnionWith(await answer.NeededAsync(session, Workspace, candidates));
        return needed;
    }

    private async ValueTask<Failure?> GoneAsync(List<(long ExperimentId, string ArtifactUri)> gone, CancellationToken cancel)
    {
        foreach (var (experiment, _) in gone)
            _goneFrom[experiment] = _goneFrom.GetValueOrDefault(experiment) + 1;
        if (!order.DryRun)
            return await FinishAsync(cancel);
        var folders = gone.Select(static g => ArtifactUri.PathOf(g.ArtifactUri)).Where(static f => !string.IsNullOrEmpty(f)).ToList();
        Count(await db.ReadAsync(async session =>
        {
            var total = new RemovedFiles(0, 0);
            foreach (var folder in folders)
            {
                var (files, bytes) = await ArtifactStore.CountAsync(session, Workspace, folder!);
                total += new RemovedFiles(files, bytes);
            }

            return total;
        }, cancel));
        return null;
    }

    /// <summary>Finishes removals that were begun, by this attempt or one before it.</summary>
    private async ValueTask<Failure?> FinishAsync(CancellationToken cancel)
    {
        if (order.DryRun)
            return null;
        if ((await removals.FinishAllAsync(job.Actor, job.GuardAsync, cancel)).Failed(out var failure, out var files))
            return failure;
        Count(files);
        return null;
    }

    private void Count(RemovedFiles files) => _report = _report with { Artifacts = _report.Artifacts + files.Count, Bytes = _report.Bytes + files.Bytes };

    /// <summary>Decides and removes in one transaction under the job's lease; a dry run only reads.</summary>
    private async ValueTask<Result<T>> TakeAsync<T>(Func<DbSession, ValueTask<T>> take, CancellationToken cancel)
    {
        if (order.DryRun)
            return await db.ReadAsync(take, cancel);
        return await db.WriteAsync<T>(async session => (await job.GuardAsync(session)).Failed(out var lost, out _) ? lost : await take(session), cancel);
    }
}
