using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>What one can do with experiments.</summary>
public sealed class Experiments : IWorkspaceSetup
{
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal Experiments(Db db, AuditLog audit, TimeProvider time)
    {
        _db = db;
        _audit = audit;
        _time = time;
    }

    /// <summary>Every workspace has experiment 0, <c>Default</c>.</summary>
    async ValueTask IWorkspaceSetup.SetUpAsync(DbSession session, WorkspaceId workspace, CancellationToken cancel)
    {
        var now = Now();
        await ExperimentStore.StartCounterAsync(session, workspace, next: 1);
        await ExperimentStore.InsertAsync(session, workspace, new(0, "Default", "mlflow-artifacts:/0", Lifecycle.Active, now, now, []));
    }

    /// <summary>Makes an experiment.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="name">1 to 500 characters, not taken, not even by a deleted one.</param>
    /// <param name="location">Root of its artifacts; null or empty for this server's own store.</param>
    /// <param name="tags">Keys up to 250 characters, values up to 5,000.</param>
    /// <param name="cancel">Stops before the commit.</param>
    /// <returns>Its number, or <c>tracking.experiment_exists</c>, <c>tracking.invalid_name</c>, <c>tracking.invalid_location</c>.</returns>
    public async ValueTask<Result<long>> CreateAsync(Actor actor, string name, string? location, IReadOnlyList<Pair> tags, CancellationToken cancel)
    {
        if (CheckName(name) is { } wrong)
            return wrong;
        if (ArtifactLocations.Check(location) is { } badLocation)
            return badLocation;
        foreach (var tag in tags)
        {
            if (CheckTag(tag) is { } bad)
                return bad;
        }

        var now = Now();
        return await _db.WriteAsync<long>(async session =>
        {
            if (await ExperimentStore.FindAsync(session, actor.Workspace, name) is { } taken)
                return Taken(taken);
            var id = await ExperimentStore.NextIdAsync(session, actor.Workspace);
            var root = string.IsNullOrEmpty(location)
                ? "mlflow-artifacts:/" + id.ToString(CultureInfo.InvariantCulture)
                : location;
            var made = new Experiment(id, name, root, Lifecycle.Active, now, now, Last(tags));
            if (!await ExperimentStore.InsertAsync(session, actor.Workspace, made))
                return Taken(made);
            await _audit.AppendAsync(session, actor, Act.Experiment("experiment.create", id) with { After = StateHash.Of(made) });
            return id;
        }, cancel);
    }

    /// <summary>An experiment by its number, deleted or not; <c>tracking.experiment_not_found</c>.</summary>
    public async ValueTask<Result<Experiment>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        var number = ParseId(id);
        var found = number is null ? null : await _db.ReadAsync(session => ExperimentStore.FindAsync(session, actor.Workspace, number.Value), cancel);
        return found is null ? NotFound(id) : found;
    }

    /// <summary>An experiment by its name, deleted or not; <c>tracking.experiment_not_found</c>.</summary>
    public async ValueTask<Result<Experiment>> GetByNameAsync(Actor actor, string name, CancellationToken cancel)
    {
        var found = await _db.ReadAsync(session => ExperimentStore.FindAsync(session, actor.Workspace, name), cancel);
        return found is null ? NoName(name) : found;
    }

    /// <summary>One page of experiments; <c>tracking.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<Experiment>>> SearchAsync(Actor actor, ExperimentSearch search, CancellationToken cancel)
    {
        var page = await _db.ReadAsync(session => ExperimentStore.SearchAsync(session, actor, search), cancel);
        return page is null ? InvalidToken(search.Token!) : page;
    }

    /// <summary>Renames an active experiment; <c>tracking.experiment_exists</c>, <c>tracking.experiment_deleted</c>.</summary>
    public async ValueTask<Result<Done>> RenameAsync(Actor actor, string id, string name, CancellationToken cancel)
    {
        if (CheckName(name) is { } wrong)
            return wrong;
        return await ChangeAsync(actor, id, async (session, experiment) =>
        {
            if (!experiment.IsActive)
                return Failure.Invalid("tracking.experiment_deleted", "Cannot rename a non-active experiment.");
            if (name != experiment.Name && await ExperimentStore.FindAsync(session, actor.Workspace, name) is { } taken)
                return Taken(taken);
            var now = Now();
            await ExperimentStore.RenameAsync(session, actor.Workspace, experiment.Id, name, now);
            if (name != experiment.Name)
                await AppendAsync(session, actor, "experiment.rename", experiment, experiment with { Name = name, UpdatedAt = now });
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Deletes an experiment and its active runs, restorably; <c>tracking.experiment_not_found</c> when it is deleted already.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string id, CancellationToken cancel) => ChangeAsync(actor, id, async (session, experiment) =>
    {
        if (!experiment.IsActive)
            return NotFound(id);
        var now = Now();
        await ExperimentStore.MoveAsync(session, actor.Workspace, experiment.Id, Lifecycle.Deleted, now);
        await RunStore.MoveAllAsync(session, actor.Workspace, experiment.Id, Lifecycle.Active, Lifecycle.Deleted, now);
        await AppendAsync(session, actor, "experiment.delete", experiment, experiment with { Stage = Lifecycle.Deleted, UpdatedAt = now });
        return Done.Ok;
    }, cancel);

    /// <summary>Restores a deleted experiment and its runs; <c>tracking.experiment_not_found</c> when it is not deleted.</summary>
    public ValueTask<Result<Done>> RestoreAsync(Actor actor, string id, CancellationToken cancel) => ChangeAsync(actor, id, async (session, experiment) =>
    {
        if (experiment.IsActive)
            return NotFound(id);
        var now = Now();
        await ExperimentStore.MoveAsync(session, actor.Workspace, experiment.Id, Lifecycle.Active, now);
        await RunStore.MoveAllAsync(session, actor.Workspace, experiment.Id, Lifecycle.Deleted, Lifecycle.Active, deletedAt: null);
        await AppendAsync(session, actor, "experiment.restore", experiment, experiment with { Stage = Lifecycle.Active, UpdatedAt = now });
        return Done.Ok;
    }, cancel);

    /// <summary>Sets a tag of an active experiment.</summary>
    public async ValueTask<Result<Done>> SetTagAsync(Actor actor, string id, Pair tag, CancellationToken cancel)
    {
        if (CheckTag(tag) is { } bad)
            return bad;
        return await ChangeAsync(actor, id, async (session, experiment) =>
        {
            if (!experiment.IsActive)
                return NotActive(experiment);
            await ExperimentStore.SetTagsAsync(session, actor.Workspace, experiment.Id, [tag]);
            await ExperimentStore.TouchAsync(session, actor.Workspace, experiment.Id, Now());
            if (!experiment.Tags.Contains(tag))
            {
                await _audit.AppendAsync(session, actor, Act.Experiment("experiment.tag.set", experiment.Id) with
                {
                    After = ContentHash.Of([tag]),
                    Detail = Act.Text("key", tag.Key),
                });
            }

            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes a tag; <c>tracking.tag_not_found</c>.</summary>
    public ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string id, string key, CancellationToken cancel) => ChangeAsync(actor, id, async (session, experiment) =>
    {
        if (!experiment.IsActive)
            return NotActive(experiment);
        if (!await ExperimentStore.RemoveTagAsync(session, actor.Workspace, experiment.Id, key))
            return Failure.NotFound("tracking.tag_not_found", $"No tag with name: {key} in experiment with id {id}");
        await ExperimentStore.TouchAsync(session, actor.Workspace, experiment.Id, Now());
        await _audit.AppendAsync(session, actor, Act.Experiment("experiment.tag.delete", experiment.Id) with { Detail = Act.Text("key", key) });
        return Done.Ok;
    }, cancel);

    internal static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static Failure NoName(string name) =>
        Failure.NotFound("tracking.experiment_not_found", $"Could not find experiment with name '{name}'");

    internal static Failure NotFound(string id) => Failure.NotFound("tracking.experiment_not_found", $"No Experiment with id={id} exists");

    internal static Failure InvalidToken(string token) => Failure.Invalid("tracking.invalid_token",
        $"Invalid page token '{(token.Length > 100 ? token[..100] + "..." : token)}': pass the next_page_token of the page before, with the same search.");

    internal static Failure NotActive(Experiment experiment) => Failure.Invalid("tracking.experiment_deleted",
        $"The experiment {experiment.Id.ToString(CultureInfo.InvariantCulture)} must be in the 'active' state. Current state is {experiment.Stage}.");

    private static Failure Taken(Experiment taken) => Failure.AlreadyExists("tracking.experiment_exists",
        $"Experiment(name={taken.Name}) already exists"
        + (taken.IsActive ? "." : $" in deleted state. Restore it (id {taken.Id.ToString(CultureInfo.InvariantCulture)}), delete it for good, or choose another name."));

    private static Failure? CheckName(string name) => name.Length > Names.MaxExperimentName ? Names.TooLong("name", name, Names.MaxExperimentName) : null;

    private static Failure? CheckTag(Pair tag) =>
        Names.CheckKey(tag.Key, "key") ?? (tag.Value.Length > Names.MaxExperimentTagValue ? Names.TooLong("value", tag.Value, Names.MaxExperimentTagValue) : null);

    /// <summary>The last value given for each key.</summary>
    private static IReadOnlyList<Pair> Last(IReadOnlyList<Pair> tags) => [.. tags.Reverse().DistinctBy(t => t.Key).Reverse()];

    private ValueTask AppendAsync(DbSession session, Actor actor, string action, Experiment before, Experiment after) =>
        _audit.AppendAsync(session, actor, Act.Experiment(action, before.Id) with { Before = StateHash.Of(before), After = StateHash.Of(after) });

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<Result<Done>> ChangeAsync(
        Actor actor, string id, Func<DbSession, Experiment, ValueTask<Result<Done>>> change, CancellationToken cancel)
    {
        if (ParseId(id) is not { } number)
            return NotFound(id);
        return await _db.WriteAsync<Done>(async session =>
            await ExperimentStore.FindAsync(session, actor.Workspace, number) is { } experiment ? await change(session, experiment) : NotFound(id), cancel);
    }
}
