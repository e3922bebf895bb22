using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Brings logged models from another server: opened with everything but the files, and completed when those are there.</summary>
internal sealed class LoggedModelImports(Db db, AuditLog audit, Removals removals, TimeProvider time)
{
    /// <summary>Opens an import; <c>import.invalid</c>, <c>import.id_taken</c>, <c>import.being_removed</c>, <c>tracking.experiment_not_found</c>.</summary>
    public async ValueTask<Result<ImportedLoggedModel>> OpenAsync(Actor actor, ImportLoggedModel asked, CancellationToken cancel)
    {
        if (Read(asked).Failed(out var wrong, out var read))
            return wrong;
        var key = ImportKey.Model(read.ModelId);
        return await db.WriteAsync<ImportedLoggedModel>(async session =>
        {
            if (await ExperimentStore.FindAsync(session, actor.Workspace, read.ExperimentId) is not { } experiment)
                return Experiments.NotFound(asked.Model.Info.ExperimentId);
            var model = read with
            {
                ArtifactUri = read.ArtifactUri.Length > 0 ? read.ArtifactUri : $"{experiment.ArtifactLocation.TrimEnd('/')}/models/{key.Id}/artifacts",
            };
            if (await RemovalStore.IsPendingAsync(session, actor.Workspace, key))
                return ImportFailures.BeingRemoved(key);
            await ImportStore.InsertAsync(session, actor.Workspace, key, asked.Source, Lifecycle.Active);
            var known = (await ImportStore.LockAsync(session, actor.Workspace, key))!;
            if (known.Source != asked.Source)
                return ImportFailures.Taken(key);
            if (known.IsComplete)
                return new ImportedLoggedModel(key.Id, ImportState.Complete, (await LoggedModelImportStore.FindUriAsync(session, actor.Workspace, key.Id))!);
            if (!await LoggedModelImportStore.PutAsync(session, actor.Workspace, model, asked.Model.Info.StatusMessage))
                return ImportFailures.Taken(key);
            await LoggedModelImportStore.FillAsync(session, actor.Workspace, model);
            await audit.AppendAsync(session, actor, Act.LoggedModel("logged-model.import.open", key.Id) with { After = StateHash.Of(model) });
            return new ImportedLoggedModel(key.Id, ImportState.Open, model.ArtifactUri);
        }, cancel);
    }

    /// <summary>Verifies the counts and makes the model visible; <c>import.incomplete</c>, <c>import.not_open</c>, <c>import.id_taken</c>.</summary>
    public ValueTask<Result<ImportStatus>> CompleteAsync(Actor actor, string modelId, CompleteImport asked, CancellationToken cancel)
    {
        var key = ImportKey.Model(modelId);
        return db.WriteAsync<ImportStatus>(async session =>
        {
            if (await ImportStore.LockAsync(session, actor.Workspace, key) is not { } import)
                return ImportFailures.NotOpen(key);
            if (import.Source != asked.Source)
                return ImportFailures.Taken(key);
            var found = await CountAsync(session, actor.Workspace, modelId);
            if (ImportFailures.Compare(key, asked.Expected, found) is { } incomplete)
                return incomplete;
            if (!import.IsComplete)
            {
                await LoggedModelImportStore.PublishAsync(session, actor.Workspace, modelId);
                await ImportStore.CompleteAsync(session, actor.Workspace, key, time.GetUtcNow().ToUnixTimeMilliseconds());
                await audit.AppendAsync(session, actor, Act.LoggedModel("logged-model.import.complete", key.Id));
            }

            return new ImportStatus(modelId, ImportState.Complete, found);
        }, cancel);
    }

    /// <summary>How far imports got.</summary>
    public async ValueTask<ImportStates> StatesAsync(Actor actor, GetImportStates asked, CancellationToken cancel) =>
        ImportStateRow.Answer(await db.ReadAsync(session => LoggedModelImportStore.StatesAsync(session, actor.Workspace, asked.Ids), cancel), asked);

    /// <summary>Gives an open import up and removes what it brought; <c>import.not_open</c>, <c>import.complete</c>, <c>import.id_taken</c>.</summary>
    public async ValueTask<Result<Done>> AbandonAsync(Actor actor, string modelId, string source, CancellationToken cancel)
    {
        var key = ImportKey.Model(modelId);
        var begun = await db.WriteAsync<Done>(async session =>
        {
            if ((await RunImports.LockOpenAsync(session, actor.Workspace, key, source)).Failed(out var refused, out _))
                return refused;
            var uri = (await LoggedModelImportStore.FindUriAsync(session, actor.Workspace, modelId))!;
            await RemovalStore.BeginModelsAsync(session, actor.Workspace, [(modelId, uri)]);
            await audit.AppendAsync(session, actor, Act.LoggedModel("logged-model.import.abandon", modelId));
            return Done.Ok;
        }, cancel);
        return begun.Succeeded ? await removals.FinishAsync(actor, key, cancel) : begun;
    }

    private static async ValueTask<ImportCounts> CountAsync(DbSession session, WorkspaceId workspace, string modelId)
    {
        var counts = (await LoggedModelImportStore.StatesAsync(session, workspace, [modelId]))[0].Found;
        var root = ArtifactUri.PathOf((await LoggedModelImportStore.FindUriAsync(session, workspace, modelId))!);
        if (root is null)
            return counts;
        var (files, bytes) = await ArtifactStore.CountAsync(session, workspace, root);
        return counts with { Artifacts = files, ArtifactBytes = bytes };
    }

    private static Result<LoggedModel> Read(ImportLoggedModel asked)
    {
        var info = asked.Model.Info;
        if (ImportRules.CheckSource(asked.Source) is { } wrong)
            return wrong;
        if (!info.ModelId.StartsWith("m-", StringComparison.Ordinal) || !RunIds.IsValid(info.ModelId[2..]))
        {
            return ImportRules.Invalid("model_id",
                $"'{(info.ModelId.Length > 100 ? info.ModelId[..100] + "..." : info.ModelId)}' is not 'm-' and 32 hexadecimal digits in lower case");
        }

        if (Experiments.ParseId(info.ExperimentId) is not { } experiment)
            return Experiments.NotFound(info.ExperimentId);
        var own = ImportRules.IsOwn(info.ArtifactUri);
        var created = info.CreationTimestampMs ?? 0;
        var model = new LoggedModel(
            info.ModelId, experiment, info.Name ?? "", info.ModelType, info.SourceRunId, LoggedModelStatus.FromWire(Wire(info.Status)),
            own ? "" : info.ArtifactUri!, created, info.LastUpdatedTimestampMs ?? created)
        {
            Params = ImportRules.Pairs(asked.Model.Data.Params),
            Tags = ImportRules.Pairs(info.Tags),
            Metrics = [.. asked.Model.Data.Metrics.Select(Metric)],
        };
        var refused = ImportRules.CheckTexts(info.Name, info.ModelType, info.SourceRunId, info.StatusMessage)
            ?? ImportRules.CheckPairs("params", model.Params)
            ?? ImportRules.CheckPairs("tags", model.Tags)
            ?? model.Metrics.Select(static m => ImportRules.CheckKey("metrics", m.Metric.Key)
                ?? ImportRules.CheckTexts(m.RunId, m.Metric.DatasetName, m.Metric.DatasetDigest)).FirstOrDefault(static f => f is not null)
            ?? (own ? null : ArtifactLocations.Check(info.ArtifactUri));
        return refused is null ? model : refused;
    }

    private static string Wire(Contracts.LoggedModelStatus status) => LoggedModelStatus.Wire[(int)status];

    private static ModelMetric Metric(Metric metric) => new(
        new(metric.Key, new(metric.Timestamp, metric.Step, metric.Value)) { DatasetName = metric.DatasetName, DatasetDigest = metric.DatasetDigest },
        metric.RunId ?? "");
}
