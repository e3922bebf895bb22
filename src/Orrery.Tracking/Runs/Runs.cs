using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>What one can do with runs. A write is all of it or nothing, and is durable when it is answered.</summary>
public sealed class Runs
{
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly Quotas _quotas;
    private readonly LineageSender _lineage;
    private readonly TimeProvider _time;

    internal Runs(Db db, AuditLog audit, Quotas quotas, LineageSender lineage, TimeProvider time)
    {
        _db = db;
        _audit = audit;
        _quotas = quotas;
        _lineage = lineage;
        _time = time;
    }

    /// <summary>Starts a run.</summary>
    /// <returns>Its row, or <c>tracking.experiment_not_found</c>, <c>tracking.experiment_deleted</c>, <c>tracking.invalid_name</c>, <c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<Run>> CreateAsync(Actor actor, NewRun asked, CancellationToken cancel)
    {
        if (Prepare(asked).Failed(out var wrong, out var ready))
            return wrong;
        if (Experiments.ParseId(asked.ExperimentId) is not { } number)
            return Experiments.NotFound(asked.ExperimentId);
        var id = RunIds.New(_time);
        return await _db.WriteAsync<Run>(async session =>
        {
            if (await ExperimentStore.FindAsync(session, actor.Workspace, number) is not { } experiment)
                return Experiments.NotFound(asked.ExperimentId);
            if (!experiment.IsActive)
                return Experiments.NotActive(experiment);
            if ((await _quotas.CountRunAsync(session, actor)).Failure is { } full)
                return full;
            var uri = $"{experiment.ArtifactLocation.TrimEnd('/')}/{id}/artifacts";
            var run = new Run(id, number, ready.Name, ready.User, RunStatus.Running, ready.StartedAt, EndedAt: null, Lifecycle.Active, uri, Revision: 1);
            await RunStore.InsertAsync(session, actor.Workspace, run);
            await RunStore.SetTagsAsync(session, actor.Workspace, new(id, number, Revision: 1), ready.Tags);
            if (ready.Tags.Any(static tag => tag.Key == RunTags.GitCommit))
                await RunEdges.AppendAsync(session, actor.Workspace, [id]);
            await _audit.AppendAsync(session, actor, Act.Run("run.create", id) with { After = StateHash.Of(run), Detail = Act.Counts(("tags", ready.Tags.Count)) });
            return run;
        }, cancel);
    }

    /// <summary>A run's own row, deleted or not; <c>tracking.run_not_found</c>.</summary>
    public async ValueTask<Result<Run>> FindAsync(Actor actor, string runId, CancellationToken cancel)
    {
        var run = await _db.ReadAsync(session => RunStore.FindAsync(session, actor.Workspace, runId), cancel);
        return run is null ? RunFailures.NotFound(runId) : run;
    }

    /// <summary>A run with all that is logged to it, but for its histories; null when there is none.</summary>
    public async ValueTask<RunDocument?> DocumentAsync(Actor actor, string runId, CancellationToken cancel) =>
        (await _db.ReadAsync(session => RunDocumentStore.LoadAsync(session, actor.Workspace, [runId]), cancel)).FirstOrDefault();

    /// <summary>Changes what is given of a run's status, end time and name. A final status without an end time ends it now.</summary>
    public ValueTask<Result<Run>> UpdateAsync(Actor actor, string runId, RunChange change, CancellationToken cancel) =>
        ChangeAsync<Run>(actor, runId, async (session, touch) =>
        {
            var run = (await RunStore.FindAsync(session, actor.Workspace, runId))!;
            var name = string.IsNullOrEmpty(change.Name) ? run.Name : change.Name;
            var updated = run with { Status = change.Status ?? run.Status, EndedAt = change.EndedAt ?? run.EndedAt, Name = name };
            await RunStore.UpdateAsync(session, actor.Workspace, updated);
            if (name != run.Name)
                await RunStore.SetTagsAsync(session, actor.Workspace, touch, [new(RunTags.Name, name)]);
            var ends = RunStatus.IsFinal(updated.Status) && !RunStatus.IsFinal(run.Status);
            if (ends)
            {
                await FingerprintStore.RecordAsync(session, actor.Workspace, runId);
                _lineage.Tell(session, actor, RunEdges.Ended(updated, Now()));
            }

            if (updated != run)
            {
                await _audit.AppendAsync(session, actor, Act.Run(ends ? "run.end" : "run.update", runId) with
                {
                    Before = StateHash.Of(run),
                    After = StateHash.Of(updated),
                    Detail = Act.Text("status", updated.Status),
                });
            }

            return updated;
        }, cancel);

    /// <summary>Deletes an active run, restorably.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string runId, CancellationToken cancel) =>
        MoveAsync(actor, runId, "run.delete", Lifecycle.Active, Lifecycle.Deleted, Now(), RunFailures.NotActive, cancel);

    /// <summary>Restores a deleted run.</summary>
    public ValueTask<Result<Done>> RestoreAsync(Actor actor, string runId, CancellationToken cancel) =>
        MoveAsync(actor, runId, "run.restore", Lifecycle.Deleted, Lifecycle.Active, deletedAt: null, RunFailures.NotDeleted, cancel);

    /// <summary>Logs metrics, parameters and tags, together. Parameters are write-once; the same value again is fine.</summary>
    /// <returns><c>tracking.batch_too_large</c>, <c>tracking.duplicate_params</c>, <c>tracking.param_changed</c>, <c>tracking.invalid_name</c>, <c>tracking.run_deleted</c>.</returns>
    public async ValueTask<Result<Done>> LogAsync(Actor actor, string runId, RunBatch batch, CancellationToken cancel)
    {
        if (RunBatches.Check(batch) is { } wrong)
            return wrong;
        var parameters = RunBatches.Cut(batch.Params, Names.MaxParamValue);
        var tags = RunBatches.LastOfEach(RunBatches.Cut(batch.Tags, Names.MaxTagValue));
        var entry = Logged(runId, batch.Metrics, parameters, tags);
        return await ChangeAsync<Done>(actor, runId, async (session, touch) =>
        {
            if ((await LogParamsAsync(session, actor, touch, parameters)).Failed(out var changed, out var added))
                return changed;
            if (batch.Metrics.Count > 0)
                await LogMetricsAsync(session, actor, touch, batch.Metrics);
            if (tags.Count > 0)
                await SetTagsAsync(session, actor, touch, tags);
            if (batch.Metrics.Count + added + tags.Count > 0)
                await _audit.AppendAsync(session, actor, entry);
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes a tag; <c>tracking.tag_not_found</c>.</summary>
    public ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string runId, string key, CancellationToken cancel) =>
        ChangeAsync<Done>(actor, runId, async (session, _) =>
        {
            if (!await RunStore.RemoveTagAsync(session, actor.Workspace, runId, key))
                return RunFailures.NoTag(runId, key);
            await _audit.AppendAsync(session, actor, Act.Run("run.tag.delete", runId) with { Detail = Act.Text("key", key) });
            return Done.Ok;
        }, cancel);

    /// <summary>Changes an active run: the delegate runs with the run's row locked and its revision raised.</summary>
    internal ValueTask<Result<T>> ChangeAsync<T>(
        Actor actor, string runId, Func<DbSession, RunTouch, ValueTask<Result<T>>> change, CancellationToken cancel) =>
        _db.WriteAsync<T>(async session =>
        {
            if (await RunStore.TouchAsync(session, actor.Workspace, runId) is { } touch)
                return await change(session, touch);
            return await RunStore.FindAsync(session, actor.Workspace, runId) is { } run
                ? RunFailures.NotActive(runId, run.Stage)
                : RunFailures.NotFound(runId);
        }, cancel);

    /// <summary>Sets tags; the tags that mirror the run's name and user change those too.</summary>
    internal static async ValueTask SetTagsAsync(DbSession session, Actor actor, RunTouch touch, IReadOnlyList<Pair> tags)
    {
        await RunStore.SetTagsAsync(session, actor.Workspace, touch, tags);
        foreach (var tag in tags)
        {
            if (tag.Key == RunTags.Name && tag.Value.Length > 0)
                await RunStore.RenameAsync(session, actor.Workspace, touch.RunId, tag.Value);
            else if (tag.Key == RunTags.User)
                await RunStore.SetUserAsync(session, actor.Workspace, touch.RunId, tag.Value);
            else if (tag.Key == RunTags.GitCommit)
                await RunEdges.AppendAsync(session, actor.Workspace, [touch.RunId]);
        }
    }

    /// <summary>As the other, and writes the act down when it succeeds.</summary>
    internal ValueTask<Result<T>> ChangeAsync<T>(
        Actor actor, string runId, AuditRecord entry, Func<DbSession, RunTouch, ValueTask<Result<T>>> change, CancellationToken cancel) =>
        ChangeAsync<T>(actor, runId, async (session, touch) =>
        {
            var result = await change(session, touch);
            if (result.Succeeded)
                await _audit.AppendAsync(session, actor, entry);
            return result;
        }, cancel);

    /// <summary>The entry of one call that logs. The hash is made before the transaction, which others may wait for.</summary>
    private static AuditRecord Logged(string runId, IReadOnlyList<LoggedMetric> metrics, IReadOnlyList<Pair> parameters, IReadOnlyList<Pair> tags) =>
        Act.Run("run.log", runId) with
        {
            After = ContentHash.Of(metrics, parameters, tags),
            Detail = Act.Counts(("metrics", metrics.Count), ("params", parameters.Count), ("tags", tags.Count)),
        };

    /// <summary>How many were new; or the failure.</summary>
    private static async ValueTask<Result<int>> LogParamsAsync(DbSession session, Actor actor, RunTouch touch, IReadOnlyList<Pair> parameters)
    {
        if (parameters.Count == 0)
            return 0;
        var before = (await RunStore.ParamsAsync(session, actor.Workspace, touch.RunId, [.. parameters.Select(p => p.Key)])).ToDictionary(p => p.Key);
        var added = new List<Pair>(parameters.Count);
        foreach (var parameter in parameters)
        {
            if (!before.TryGetValue(parameter.Key, out var logged))
                added.Add(parameter);
            else if (logged.Value != parameter.Value)
                return RunFailures.ParamChanged(touch.RunId, logged, parameter.Value);
        }

        await RunStore.InsertParamsAsync(session, actor.Workspace, touch, added);
        return added.Count;
    }

    private static async ValueTask LogMetricsAsync(DbSession session, Actor actor, RunTouch touch, IReadOnlyList<LoggedMetric> metrics)
    {
        await MetricStore.LogAsync(session, actor.Workspace, touch, metrics);
        if (metrics.Any(static m => m.ModelId is not null))
            await MetricStore.AppendToModelsAsync(session, actor.Workspace, touch.RunId, [.. metrics.Where(static m => m.ModelId is not null)]);
    }

    private static Result<NewRun> Prepare(NewRun asked)
    {
        foreach (var tag in asked.Tags)
        {
            if (Names.CheckKey(tag.Key, "key") is { } bad)
                return bad;
        }

        var tags = RunBatches.LastOfEach(RunBatches.Cut(asked.Tags, Names.MaxTagValue)).ToList();
        var tagged = tags.Find(static t => t.Key == RunTags.Name).Value;
        if (!string.IsNullOrEmpty(asked.Name) && !string.IsNullOrEmpty(tagged) && asked.Name != tagged)
        {
            return Failure.Invalid("tracking.invalid_name",
                $"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{asked.Name}', mlflow.runName='{tagged}').");
        }

        var name = !string.IsNullOrEmpty(asked.Name) ? asked.Name : !string.IsNullOrEmpty(tagged) ? tagged : RunNames.New();
        tags.RemoveAll(static t => t.Key == RunTags.Name);
        tags.Add(new(RunTags.Name, Names.Cut(name, Names.MaxTagValue)));
        var user = !string.IsNullOrEmpty(asked.User) ? asked.User : tags.Find(static t => t.Key == RunTags.User).Value ?? "";
        return asked with { Name = name, User = user, Tags = tags };
    }

    private async ValueTask<Result<Done>> MoveAsync(
        Actor actor, string runId, string action, string from, string to, long? deletedAt, Func<string, string, Failure> refusal, CancellationToken cancel) =>
        await _db.WriteAsync<Done>(async session =>
        {
            if (await RunStore.MoveAsync(session, actor.Workspace, runId, from, to, deletedAt))
            {
                await _audit.AppendAsync(session, actor, Act.Run(action, runId));
                return Done.Ok;
            }

            return await RunStore.FindAsync(session, actor.Workspace, runId) is { } run ? refusal(runId, run.Stage) : RunFailures.NotFound(runId);
        }, cancel);

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>A run to be made.</summary>
/// <param name="ExperimentId">Of an active experiment; <c>0</c> is the default one.</param>
/// <param name="Name">Empty for a made-up one.</param>
/// <param name="User">Empty for the tag <c>mlflow.user</c>.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="Tags">The last value of each key counts.</param>
public sealed record NewRun(string ExperimentId, string Name, string User, long StartedAt, IReadOnlyList<Pair> Tags);

/// <summary>What to change of a run; nulls stay as they are.</summary>
/// <param name="Status">RUNNING, SCHEDULED, FINISHED, FAILED or KILLED.</param>
/// <param name="EndedAt">Unix milliseconds.</param>
/// <param name="Name">Not empty.</param>
public sealed record RunChange(string? Status, long? EndedAt, string? Name);
