using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Brings runs from another server with their ids, times and histories. A run is opened, filled in parts in any order, and completed:
/// then its counts are verified and it becomes visible, in one transaction. Until then nothing but this class sees it.
/// </summary>
internal sealed class RunImports(Db db, AuditLog audit, Removals removals, TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>Opens an import; <c>import.invalid</c>, <c>import.id_taken</c>, <c>import.being_removed</c>, <c>tracking.experiment_not_found</c>.</summary>
    public async ValueTask<Result<ImportedRun>> OpenAsync(Actor actor, ImportRun asked, CancellationToken cancel)
    {
        if (RunImport.Read(asked).Failed(out var wrong, out var import))
            return wrong;
        var key = ImportKey.Run(import.Run.RunId);
        return await db.WriteAsync<ImportedRun>(async session =>
        {
            if (await ExperimentStore.FindAsync(session, actor.Workspace, import.Run.ExperimentId) is not { } experiment)
                return Experiments.NotFound(asked.Run.Info.ExperimentId);
            var run = import.Run with
            {
                ArtifactUri = import.Run.ArtifactUri.Length > 0 ? import.Run.ArtifactUri : $"{experiment.ArtifactLocation.TrimEnd('/')}/{key.Id}/artifacts",
            };
            if (await RemovalStore.IsPendingAsync(session, actor.Workspace, key))
                return ImportFailures.BeingRemoved(key);
            var begun = await ImportStore.InsertAsync(session, actor.Workspace, key, asked.Source, import.Stage);
            var known = (await ImportStore.LockAsync(session, actor.Workspace, key))!;
            if (known.Source != asked.Source || (begun && !await RunImportStore.InsertAsync(session, actor.Workspace, run)))
                return ImportFailures.Taken(key);
            if (known.IsComplete)
                return new ImportedRun(key.Id, ImportState.Complete, (await RunImportStore.FindAsync(session, actor.Workspace, key.Id))!.ArtifactUri, known.Points);
            await FillAsync(session, actor.Workspace, import with { Run = run }, again: !begun);
            await audit.AppendAsync(session, actor, Act.Run("run.import.open", key.Id) with
            {
                After = StateHash.Of(run),
                Detail = Act.Counts(("params", import.Params.Count), ("tags", import.Tags.Count), ("datasets", import.Inputs.Count), ("models", import.Models.Count)),
            });
            return new ImportedRun(key.Id, ImportState.Open, run.ArtifactUri, known.Points);
        }, cancel);
    }

    /// <summary>Appends points; <c>import.not_open</c>, <c>import.complete</c>, <c>import.id_taken</c>, <c>import.invalid</c>.</summary>
    public async ValueTask<Result<ImportedMetrics>> AppendAsync(Actor actor, string runId, ImportMetrics asked, CancellationToken cancel)
    {
        if (asked.Metrics.Count is 0 or > ImportLimits.MetricPoints)
            return ImportRules.Invalid("metrics", $"it has {asked.Metrics.Count} points; one call takes 1 to {ImportLimits.MetricPoints}");
        if (asked.Metrics.Select(static m => ImportRules.CheckKey("metrics", m.Key)).FirstOrDefault(static f => f is not null) is { } wrong)
            return wrong;
        var points = asked.Metrics.Select(static m => new LoggedMetric(m.Key, new(m.Timestamp, m.Step, m.Value))).ToList();
        var key = ImportKey.Run(runId);
        return await db.WriteAsync<ImportedMetrics>(async session =>
        {
            if ((await LockOpenAsync(session, actor.Workspace, key, asked.Source)).Failed(out var refused, out _))
                return refused;
            var touch = (await RunImportStore.TouchAsync(session, actor.Workspace, runId))!;
            var fresh = await MetricImportStore.NewAsync(session, actor.Workspace, runId, points);
            if (fresh.Count > 0)
            {
                await MetricStore.AppendAsync(session, actor.Workspace, touch, fresh);
                await audit.AppendAsync(session, actor, Act.Run("run.import.log", runId) with
                {
                    After = ContentHash.Of(fresh, [], []),
                    Detail = Act.Counts(("metrics", fresh.Count)),
                });
            }

            return new ImportedMetrics(fresh.Count, await ImportStore.AddPointsAsync(session, actor.Workspace, key, fresh.Count));
        }, cancel);
    }

    /// <summary>Verifies the counts and makes the run visible; <c>import.incomplete</c>, <c>import.not_open</c>, <c>import.id_taken</c>.</summary>
    public async ValueTask<Result<ImportStatus>> CompleteAsync(Actor actor, string runId, CompleteImport asked, CancellationToken cancel)
    {
        var key = ImportKey.Run(runId);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // A long history takes a while to count: outside of the transaction, and what was counted is what becomes visible.
            var (run, found) = await db.ReadAsync(session => CountAsync(session, actor.Workspace, runId), cancel);
            if (run is null)
                return ImportFailures.NotOpen(key);
            var completed = await db.WriteAsync(session => CompleteAsync(session, actor, run, asked, found!), cancel);
            if (completed.Failed(out var refused, out var published))
                return refused;
            if (published)
                return new ImportStatus(runId, ImportState.Complete, found);
        }

        return ImportFailures.Busy(key);
    }

    /// <summary>How far imports got.</summary>
    public async ValueTask<ImportStates> StatesAsync(Actor actor, GetImportStates asked, CancellationToken cancel) =>
        ImportStateRow.Answer(await db.ReadAsync(session => RunImportStore.StatesAsync(session, actor.Workspace, asked.Ids), cancel), asked);

    /// <summary>Gives an open import up and removes what it brought; <c>import.not_open</c>, <c>import.complete</c>, <c>import.id_taken</c>.</summary>
    public async ValueTask<Result<Done>> AbandonAsync(Actor actor, string runId, string source, CancellationToken cancel)
    {
        var key = ImportKey.Run(runId);
        var begun = await db.WriteAsync<Done>(async session =>
        {
            if ((await LockOpenAsync(session, actor.Workspace, key, source)).Failed(out var refused, out _))
                return refused;
            var run = (await RunImportStore.FindAsync(session, actor.Workspace, runId))!;
            await RemovalStore.BeginRunsAsync(session, actor.Workspace, [(runId, run.ArtifactUri)]);
            await audit.AppendAsync(session, actor, Act.Run("run.import.abandon", runId));
            return Done.Ok;
        }, cancel);
        return begun.Succeeded ? await removals.FinishAsync(actor, key, cancel) : begun;
    }

    /// <summary>Takes hold of an import that is open and of this source.</summary>
    internal static async ValueTask<Result<Import>> LockOpenAsync(DbSession session, WorkspaceId workspace, ImportKey key, string source)
    {
        if (await ImportStore.LockAsync(session, workspace, key) is not { } import)
            return ImportFailures.NotOpen(key);
        if (import.Source != source)
            return ImportFailures.Taken(key);
        return import.IsComplete ? ImportFailures.Complete(key) : import;
    }

    private static async ValueTask FillAsync(DbSession session, WorkspaceId workspace, RunImport import, bool again)
    {
        if (again)
        {
            await RunImportStore.ResetAsync(session, workspace, import.Run);
            await ImportStore.SetStageAsync(session, workspace, ImportKey.Run(import.Run.RunId), import.Stage);
        }

        var touch = (await RunImportStore.TouchAsync(session, workspace, import.Run.RunId))!;
        await RunStore.InsertParamsAsync(session, workspace, touch, import.Params);
        await RunStore.SetTagsAsync(session, workspace, touch, import.Tags);
        await InputStore.InsertAsync(session, workspace, touch, import.Inputs);
        await InputStore.SetModelsAsync(session, workspace, touch.RunId, import.Models);
    }

    private static async ValueTask<(Run? Run, ImportCounts? Found)> CountAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        if (await RunImportStore.FindAsync(session, workspace, runId) is not { } run)
            return (null, null);
        var files = ArtifactUri.PathOf(run.ArtifactUri) is { } root ? await ArtifactStore.CountAsync(session, workspace, root) : ((long, long)?)null;
        var counts = await RunImportStore.CountAsync(session, workspace, runId);
        return (run, counts with
        {
            MetricPoints = await MetricImportStore.CountAsync(session, workspace, runId),
            Artifacts = files?.Item1,
            ArtifactBytes = files?.Item2,
        });
    }

    /// <summary>True when it is visible now; false when it was written to since it was counted.</summary>
    private async ValueTask<Result<bool>> CompleteAsync(DbSession session, Actor actor, Run run, CompleteImport asked, ImportCounts found)
    {
        var key = ImportKey.Run(run.RunId);
        if (await ImportStore.LockAsync(session, actor.Workspace, key) is not { } import)
            return ImportFailures.NotOpen(key);
        if (import.Source != asked.Source)
            return ImportFailures.Taken(key);
        if (ImportFailures.Compare(key, asked.Expected, found) is { } incomplete)
            return incomplete;
        if (import.IsComplete)
            return true;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await RunImportStore.PublishAsync(session, actor.Workspace, run, import.Stage, import.Stage == Lifecycle.Deleted ? now : null))
            return false;
        await ImportStore.CompleteAsync(session, actor.Workspace, key, now);
        await RunEdges.AppendAsync(session, actor.Workspace, [run.RunId]);
        if (RunStatus.IsFinal(run.Status))
            await FingerprintStore.RecordAsync(session, actor.Workspace, run.RunId);
        await audit.AppendAsync(session, actor, Act.Run("run.import.complete", run.RunId) with
        {
            After = StateHash.Of(run),
            Detail = Act.Counts(("metrics", found.MetricPoints ?? 0)),
        });
        return true;
    }
}
