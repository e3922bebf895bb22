using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>What one can do with logged models.</summary>
public sealed class LoggedModels
{
    private const string VersionsTag = "mlflow.modelVersions";

    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal LoggedModels(Db db, AuditLog audit, TimeProvider time)
    {
        _db = db;
        _audit = audit;
        _time = time;
    }

    /// <summary>A logged model; <c>tracking.model_not_found</c>.</summary>
    public async ValueTask<Result<LoggedModel>> GetAsync(Actor actor, string modelId, CancellationToken cancel)
    {
        var found = await _db.ReadAsync(session => LoggedModelStore.FindAsync(session, actor.Workspace, modelId), cancel);
        return found is null ? NotFound(modelId) : found;
    }

    /// <summary>Notes on a logged model that a version was registered of it, in the tag that MLflow's clients read.</summary>
    /// <param name="session">The transaction that makes the version.</param>
    /// <param name="workspace">Of both.</param>
    /// <param name="modelId">The logged model; when there is none of this id, nothing is noted.</param>
    /// <param name="name">Of the registered model.</param>
    /// <param name="version">Its number.</param>
    public static async ValueTask RecordVersionAsync(DbSession session, WorkspaceId workspace, string modelId, string name, long version)
    {
        if (await LoggedModelStore.FindAsync(session, workspace, modelId) is not { } model)
            return;
        var before = model.Tags.FirstOrDefault(static t => t.Key == VersionsTag).Value;
        var entry = $$"""{"name": "{{JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}", "version": {{version}}}""";
        var after = before is null ? $"[{entry}]" : $"{before[..^1]}, {entry}]";
        await LoggedModelStore.SetTagsAsync(session, workspace, modelId, [new(VersionsTag, after)]);
    }

    /// <summary>Begins a logged model, pending until its files are uploaded and it is finalized.</summary>
    internal async ValueTask<Result<LoggedModel>> CreateAsync(Actor actor, NewLoggedModel asked, CancellationToken cancel)
    {
        if (Names.CheckModelName(asked.Name ?? "") is { } unfit)
            return unfit;
        foreach (var pair in asked.Params.Concat(asked.Tags))
        {
            if (Names.CheckKey(pair.Key, "key") is { } bad)
                return bad;
        }

        if (Experiments.ParseId(asked.ExperimentId) is not { } number)
            return Experiments.NotFound(asked.ExperimentId);
        var id = "m-" + RunIds.New(_time);
        var now = Now();
        return await _db.WriteAsync<LoggedModel>(async session =>
        {
            if (await ExperimentStore.FindAsync(session, actor.Workspace, number) is not { } experiment)
                return Experiments.NotFound(asked.ExperimentId);
            if (!experiment.IsActive)
                return Experiments.NotActive(experiment);
            var uri = $"{experiment.ArtifactLocation.TrimEnd('/')}/models/{id}/artifacts";
            var name = string.IsNullOrEmpty(asked.Name) ? RunNames.New() : asked.Name;
            await LoggedModelStore.InsertAsync(session, actor.Workspace,
                new(id, number, name, asked.ModelType, asked.SourceRunId, LoggedModelStatus.Pending, uri, now, now)
                {
                    Params = RunBatches.LastOfEach(RunBatches.Cut(asked.Params, Names.MaxParamValue)),
                    Tags = RunBatches.LastOfEach(RunBatches.Cut(asked.Tags, Names.MaxTagValue)),
                });
            var made = (await LoggedModelStore.FindAsync(session, actor.Workspace, id))!;
            if (made.SourceRunId is { } source && (await RunEdges.NodesAsync(session, actor.Workspace, [source])).TryGetValue(source, out var run))
                await LineageEdges.AppendAsync(session, actor, [new(run, RunEdges.LoggedModel(id, run.Guard) with { Name = made.Name }, now)]);
            await _audit.AppendAsync(session, actor, Act.LoggedModel("logged-model.create", id) with { After = StateHash.Of(made) });
            return made;
        }, cancel);
    }

    /// <summary>Sets the status.</summary>
    internal ValueTask<Result<LoggedModel>> FinalizeAsync(Actor actor, string modelId, string status, CancellationToken cancel) =>
        ChangeAsync(actor, modelId, "logged-model.finalize", session => LoggedModelStore.SetStatusAsync(session, actor.Workspace, modelId, status, Now()), cancel);

    /// <summary>Sets tags.</summary>
    internal ValueTask<Result<LoggedModel>> SetTagsAsync(Actor actor, string modelId, IReadOnlyList<Pair> tags, CancellationToken cancel) =>
        ChangeAsync(actor, modelId, "logged-model.tag.set", session => LoggedModelStore.SetTagsAsync(
            session, actor.Workspace, modelId, RunBatches.LastOfEach(RunBatches.Cut(tags, Names.MaxTagValue))), cancel);

    /// <summary>Sets parameters.</summary>
    internal ValueTask<Result<LoggedModel>> SetParamsAsync(Actor actor, string modelId, IReadOnlyList<Pair> parameters, CancellationToken cancel) =>
        ChangeAsync(actor, modelId, "logged-model.param.set", session => LoggedModelStore.SetParamsAsync(
            session, actor.Workspace, modelId, RunBatches.LastOfEach(RunBatches.Cut(parameters, Names.MaxParamValue))), cancel);

    /// <summary>Deletes it; its files stay until garbage collection.</summary>
    internal ValueTask<Result<LoggedModel>> DeleteAsync(Actor actor, string modelId, CancellationToken cancel) =>
        ChangeAsync(actor, modelId, "logged-model.delete", session => LoggedModelStore.RemoveAsync(session, actor.Workspace, modelId, Now()), cancel);

    /// <summary>Removes a tag; <c>tracking.tag_not_found</c>.</summary>
    internal async ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string modelId, string key, CancellationToken cancel) =>
        await _db.WriteAsync<Done>(async session =>
        {
            if (await LoggedModelStore.FindAsync(session, actor.Workspace, modelId) is null)
                return NotFound(modelId);
            if (!await LoggedModelStore.RemoveTagAsync(session, actor.Workspace, modelId, key))
                return Failure.NotFound("tracking.tag_not_found", $"No tag with key {key} for model with ID {modelId}.");
            await _audit.AppendAsync(session, actor, Act.LoggedModel("logged-model.tag.delete", modelId) with { Detail = Act.Text("key", key) });
            return Done.Ok;
        }, cancel);

    /// <summary>One page; <c>tracking.invalid_token</c>.</summary>
    internal async ValueTask<Result<Page<LoggedModel>>> SearchAsync(Actor actor, LoggedModelSearch search, CancellationToken cancel)
    {
        var page = await _db.ReadAsync(session => LoggedModelStore.SearchAsync(session, actor.Workspace, search), cancel);
        return page is null ? Experiments.InvalidToken(search.Token!) : page;
    }

    private static Failure NotFound(string id) =>
        Failure.NotFound("tracking.model_not_found", $"Logged model with ID '{(id.Length > 100 ? id[..100] + "..." : id)}' not found.");

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private ValueTask<Result<LoggedModel>> ChangeAsync(
        Actor actor, string modelId, string action, Func<DbSession, ValueTask> change, CancellationToken cancel) =>
        _db.WriteAsync<LoggedModel>(async session =>
        {
            if (await LoggedModelStore.FindAsync(session, actor.Workspace, modelId) is not { } model)
                return NotFound(modelId);
            await change(session);
            var after = await LoggedModelStore.FindAsync(session, actor.Workspace, modelId);
            var before = StateHash.Of(model with { UpdatedAt = after?.UpdatedAt ?? model.UpdatedAt });
            var hash = after is null ? null : StateHash.Of(after);
            // Another time alone is no change.
            if (hash is null || !hash.AsSpan().SequenceEqual(before))
                await _audit.AppendAsync(session, actor, Act.LoggedModel(action, modelId) with { Before = StateHash.Of(model), After = hash });
            return after ?? model;
        }, cancel);
}

/// <summary>A logged model to be made.</summary>
/// <param name="ExperimentId">Of an active experiment.</param>
/// <param name="Name">Empty for a made-up one.</param>
/// <param name="ModelType">Null for none.</param>
/// <param name="SourceRunId">Null for none.</param>
/// <param name="Params">The last value of each key counts.</param>
/// <param name="Tags">The last value of each key counts.</param>
internal sealed record NewLoggedModel(
    string ExperimentId, string? Name, string? ModelType, string? SourceRunId, IReadOnlyList<Pair> Params, IReadOnlyList<Pair> Tags);
