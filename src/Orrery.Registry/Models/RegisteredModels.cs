using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What one can do with registered models. Every change writes its event in the same transaction.</summary>
public sealed class RegisteredModels
{
    private readonly Db _db;
    private readonly RegistryEvents _events;
    private readonly TimeProvider _time;

    internal RegisteredModels(Db db, RegistryEvents events, TimeProvider time)
    {
        _db = db;
        _events = events;
        _time = time;
    }

    /// <summary>Registers a model.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="name">1 to 256 characters, not taken in the workspace.</param>
    /// <param name="description">Up to 100,000 characters; null or empty for none.</param>
    /// <param name="tags">Keys up to 250 characters, values up to 100,000; the last of one key counts.</param>
    /// <param name="cancel">Stops before the commit.</param>
    /// <returns>The model, or <c>registry.model_exists</c>, <c>registry.invalid_text</c>, <c>tracking.invalid_name</c>, <c>tracking.too_long</c>.</returns>
    public async ValueTask<Result<RegisteredModel>> CreateAsync(
        Actor actor, string name, string? description, IReadOnlyList<Pair> tags, CancellationToken cancel)
    {
        if ((RegistryText.CheckName(name) ?? CheckDescription(description) ?? RegistryText.CheckTags(tags)) is { } wrong)
            return wrong;
        var now = _time.GetUtcNow();
        var at = now.ToUnixTimeMilliseconds();
        var model = new RegisteredModel(Guid.CreateVersion7(now).ToString("N"), name, NullIfEmpty(description), actor.Name, at, at)
        {
            Tags = RegistryText.Last(tags),
        };
        return await _db.WriteAsync<RegisteredModel>(async session =>
        {
            if (!await ModelStore.InsertAsync(session, actor.Workspace, model))
                return Taken(model, await ModelStore.FindAsync(session, actor.Workspace, name));
            await AppendAsync(session, actor, RegistryEvent.Names.ModelRegistered, Registered(model));
            return model;
        }, cancel);
    }

    /// <summary>A model with its tags, without what hangs on its versions; <c>registry.model_not_found</c>.</summary>
    public async ValueTask<Result<RegisteredModel>> FindAsync(Actor actor, string name, CancellationToken cancel) =>
        await _db.ReadAsync(session => ModelStore.FindAsync(session, actor.Workspace, name), cancel) is { } found ? found : NotFound(name);

    /// <summary>A model with its tags, aliases and latest versions; <c>registry.model_not_found</c>.</summary>
    public async ValueTask<Result<RegisteredModel>> GetAsync(Actor actor, string name, CancellationToken cancel)
    {
        var found = await _db.ReadAsync(async session =>
            await ModelStore.FindAsync(session, actor.Workspace, name) is { } model ? (await CompleteAsync(session, actor, [model]))[0] : null, cancel);
        return found is null ? NotFound(name) : found;
    }

    /// <summary>One page of models; prompts only when the filter asks for them. <c>registry.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<RegisteredModel>>> SearchAsync(Actor actor, RegistrySearch search, CancellationToken cancel)
    {
        search = search with { Filter = RegistrySearch.WithoutPrompts(search.Filter) };
        var page = await _db.ReadAsync(async session =>
            await ModelStore.SearchAsync(session, actor, search) is { } found
                ? found with { Items = await CompleteAsync(session, actor, found.Items) }
                : null, cancel);
        return page is null ? InvalidToken(search.Token!) : page;
    }

    /// <summary>Changes a model's description; <c>registry.model_not_found</c>.</summary>
    public async ValueTask<Result<RegisteredModel>> DescribeAsync(Actor actor, string name, string? description, CancellationToken cancel)
    {
        if (CheckDescription(description) is { } wrong)
            return wrong;
        return await ChangeAsync<RegisteredModel>(actor, name, async (session, model) =>
        {
            var before = model.Description;
            model = model with { Description = NullIfEmpty(description), UpdatedAt = Now() };
            await ModelStore.DescribeAsync(session, actor.Workspace, model.Id, model.Description, model.UpdatedAt);
            await AppendAsync(
                session, actor, RegistryEvent.Names.ModelUpdated, Event(model) with { Description = model.Description }, model.Description != before);
            return (await CompleteAsync(session, actor, [model]))[0];
        }, cancel);
    }

    /// <summary>Renames a model; its versions, tags and aliases come along. <c>registry.model_not_found</c>, <c>registry.model_exists</c>.</summary>
    public async ValueTask<Result<RegisteredModel>> RenameAsync(Actor actor, string name, string newName, CancellationToken cancel)
    {
        if (RegistryText.CheckName(newName, "new_name") is { } wrong)
            return wrong;
        return await ChangeAsync<RegisteredModel>(actor, name, async (session, model) =>
        {
            if (newName != name && await ModelStore.FindAsync(session, actor.Workspace, newName) is not null)
                return Failure.AlreadyExists("registry.model_exists", $"Registered Model (name={newName}) already exists.");
            model = model with { Name = newName, UpdatedAt = Now() };
            await ModelStore.RenameAsync(session, actor.Workspace, model.Id, newName, model.UpdatedAt);
            await VersionStore.TouchAllAsync(session, actor.Workspace, model.Id, model.UpdatedAt);
            await LineageNodes.RenameModelAsync(session, actor, model.Id, name, newName, model.UpdatedAt);
            await AppendAsync(session, actor, RegistryEvent.Names.ModelRenamed, Event(model) with { OldName = name }, changed: newName != name);
            return (await CompleteAsync(session, actor, [model]))[0];
        }, cancel);
    }

    /// <summary>Deletes a model with its versions, tags and aliases, for good; <c>registry.model_not_found</c>.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string name, CancellationToken cancel) => ChangeAsync<Done>(actor, name, async (session, model) =>
    {
        foreach (var version in await VersionStore.ListNumbersAsync(session, actor.Workspace, model.Id))
            await AppendAsync(session, actor, RegistryEvent.Names.VersionDeleted, Event(model) with { Version = version });
        await AliasStore.RemoveAllAsync(session, actor.Workspace, model.Id);
        await VersionStore.DeleteAllAsync(session, actor.Workspace, model.Id);
        await ModelStore.DeleteAsync(session, actor.Workspace, model.Id);
        await AppendAsync(session, actor, RegistryEvent.Names.ModelDeleted, Event(model));
        return Done.Ok;
    }, cancel);

    /// <summary>Sets a model's tag; <c>registry.model_not_found</c>, <c>tracking.invalid_name</c>, <c>tracking.too_long</c>.</summary>
    public async ValueTask<Result<Done>> SetTagAsync(Actor actor, string name, Pair tag, CancellationToken cancel)
    {
        if (RegistryText.CheckTag(tag) is { } wrong)
            return wrong;
        return await ChangeAsync<Done>(actor, name, async (session, model) =>
        {
            await ModelStore.SetTagsAsync(session, actor.Workspace, model.Id, [tag]);
            await AppendAsync(session, actor, RegistryEvent.Names.ModelTagSet, Event(model) with { Key = tag.Key, Value = tag.Value }, !model.Tags.Contains(tag));
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes a model's tag; one that is not there is no error. <c>registry.model_not_found</c>.</summary>
    public async ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string name, string key, CancellationToken cancel)
    {
        if (Orrery.Tracking.Names.CheckKey(key, "key") is { } wrong)
            return wrong;
        return await ChangeAsync<Done>(actor, name, async (session, model) =>
        {
            if (await ModelStore.RemoveTagAsync(session, actor.Workspace, model.Id, key))
                await AppendAsync(session, actor, RegistryEvent.Names.ModelTagRemoved, Event(model) with { Key = key });
            return Done.Ok;
        }, cancel);
    }

    /// <summary>There is no such model; or the caller may not know of it.</summary>
    public static Failure NotFound(string name) =>
        Failure.NotFound("registry.model_not_found", $"Registered Model with name={RegistryText.Clip(name)} not found");

    internal static Failure InvalidToken(string token) => Failure.Invalid("registry.invalid_token",
        $"Invalid page token '{RegistryText.Clip(token)}': pass the next_page_token of the page before, with the same search.");

    internal static Failure? CheckDescription(string? description) => RegistryText.Check("description", description, RegistryText.MaxDescription);

    internal static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>As MLflow tells a prompt from a model in what a caller sends.</summary>
    internal static bool IsPrompt(IReadOnlyList<Pair> tags) => tags.Any(static t => t.Key == RegisteredModel.PromptTag);

    internal static RegistryEvent Event(RegisteredModel model) => new() { ModelId = model.Id, Name = model.Name, IsPrompt = model.IsPrompt };

    internal static RegistryEvent Registered(RegisteredModel model) => Event(model) with
    {
        IsPrompt = IsPrompt(model.Tags),
        Description = model.Description,
        Tags = RegistryEvent.TagsOf(model.Tags),
    };

    private static Failure Taken(RegisteredModel wanted, RegisteredModel? taken)
    {
        var (old, @new) = (Kind(taken ?? wanted), Kind(wanted));
        return Failure.AlreadyExists("registry.model_exists", old == @new
            ? $"{@new} (name={wanted.Name}) already exists."
            : $"Tried to create a {@new.ToLowerInvariant()} with name '{wanted.Name}', but the name is already taken by a {old.ToLowerInvariant()}. "
                + "MLflow does not allow creating a model and a prompt with the same name.");
    }

    private static string Kind(RegisteredModel model) => model.IsPrompt ? "Prompt" : "Registered Model";

    private static async ValueTask<List<RegisteredModel>> CompleteAsync(DbSession session, Actor actor, IReadOnlyList<RegisteredModel> models)
    {
        var ids = models.Select(static m => m.Id).ToArray();
        var aliases = await AliasStore.ListAsync(session, actor.Workspace, ids);
        var latest = (await VersionStore.ListLatestAsync(session, actor.Workspace, ids)).ToLookup(static v => v.ModelId);
        return [.. models.Select(m => m with { Aliases = [.. aliases[m.Id]], LatestVersions = [.. latest[m.Id]] })];
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask AppendAsync(DbSession session, Actor actor, string name, RegistryEvent e, bool changed = true) =>
        await _events.AppendAsync(session, actor, name, e, changed);

    private ValueTask<Result<T>> ChangeAsync<T>(
        Actor actor, string name, Func<DbSession, RegisteredModel, ValueTask<Result<T>>> change, CancellationToken cancel) =>
        _db.WriteAsync(async session =>
            await ModelStore.LockAsync(session, actor.Workspace, name) is { } model ? await change(session, model) : NotFound(name), cancel);
}
