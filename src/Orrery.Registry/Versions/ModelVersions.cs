using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What one can do with versions of registered models. Every change writes its event in the same transaction.</summary>
public sealed class ModelVersions
{
    private readonly Db _db;
    private readonly RegistryEvents _events;
    private readonly VersionSources _sources;
    private readonly IReadOnlyList<IPromotionGate> _gates;
    private readonly LineageSender _lineage;
    private readonly TimeProvider _time;

    internal ModelVersions(Db db, RegistryEvents events, VersionSources sources, IEnumerable<IPromotionGate> gates, LineageSender lineage, TimeProvider time)
    {
        _db = db;
        _events = events;
        _sources = sources;
        _gates = [.. gates];
        _lineage = lineage;
        _time = time;
    }

    /// <summary>Registers a version under the model's next number.</summary>
    /// <returns>The version, or <c>registry.model_not_found</c>, <c>registry.invalid_source</c>, <c>registry.source_not_found</c>, and the refusals of texts and tags.</returns>
    public async ValueTask<Result<ModelVersion>> CreateAsync(Actor actor, string name, NewVersion made, CancellationToken cancel)
    {
        if (Check(name, made) is { } wrong)
            return wrong;
        var prompt = RegisteredModels.IsPrompt(made.Tags);
        if ((await _sources.ResolveAsync(actor, made, prompt, cancel)).Failed(out var refused, out var source))
            return refused;
        return await _db.WriteAsync<ModelVersion>(async session =>
        {
            if (await ModelStore.LockAsync(session, actor.Workspace, name) is not { } model)
                return RegisteredModels.NotFound(name);
            var at = Now();
            var version = new ModelVersion
            {
                ModelId = model.Id,
                Name = name,
                Version = await ModelStore.TakeVersionAsync(session, actor.Workspace, model.Id, at),
                Stage = Stages.None,
                Description = RegisteredModels.NullIfEmpty(made.Description),
                Source = made.Source,
                StorageUri = source.StorageUri,
                RunId = RegisteredModels.NullIfEmpty(made.RunId) ?? source.RunId,
                RunLink = RegisteredModels.NullIfEmpty(made.RunLink),
                LoggedModelId = RegisteredModels.NullIfEmpty(made.LoggedModelId) ?? source.LoggedModelId,
                CreatedBy = actor.Name,
                CreatedAt = at,
                UpdatedAt = at,
                Tags = RegistryText.Last(made.Tags),
            };
            await VersionReferences.HoldAsync(session, actor.Workspace, version);
            await VersionStore.InsertAsync(session, actor.Workspace, version);
            if (version.LoggedModelId is { } logged)
                await LoggedModels.RecordVersionAsync(session, actor.Workspace, logged, name, version.Version);
            await VersionEdges.AppendAsync(session, actor.Workspace, [version]);
            _lineage.Tell(session, actor, VersionEdges.Registered(version));
            await AppendAsync(session, actor, RegistryEvent.Names.VersionRegistered, Registered(version, prompt));
            return version;
        }, cancel);
    }

    /// <summary>A version with its aliases; <c>registry.version_not_found</c>, <c>registry.invalid_version</c>.</summary>
    public async ValueTask<Result<ModelVersion>> GetAsync(Actor actor, string name, string version, CancellationToken cancel)
    {
        if (RegistryText.ParseVersion(version).Failed(out var wrong, out var number))
            return wrong;
        return await _db.ReadAsync(session => VersionStore.FindAsync(session, actor.Workspace, name, number), cancel) is { } found ? found : NotFound(name, number);
    }

    /// <summary>The version an alias stands for; <c>latest</c> is the newest. <c>registry.model_not_found</c>, <c>registry.alias_not_found</c> (invalid).</summary>
    public async ValueTask<Result<ModelVersion>> GetByAliasAsync(Actor actor, string name, string alias, CancellationToken cancel)
    {
        if (AliasNames.Check(alias) is { } wrong)
            return wrong;
        return await _db.ReadAsync<Result<ModelVersion>>(async session =>
        {
            // Clients of before 3 look for the alias in the message, later ones for the model.
            if (await ModelStore.FindAsync(session, actor.Workspace, name) is not { } model)
                return RegisteredModels.NotFound(name) with { Message = $"{RegisteredModels.NotFound(name).Message}. Registered model alias {alias} not found." };
            if (AliasNames.IsLatest(alias))
            {
                return await VersionStore.FindNewestAsync(session, actor.Workspace, name) is { } newest
                    ? newest
                    : Failure.NotFound("registry.version_not_found", $"Latest version not found for model {RegistryText.Clip(name)}.");
            }

            return await AliasStore.FindAsync(session, actor.Workspace, model.Id, alias) is { } number
                && await VersionStore.FindAsync(session, actor.Workspace, name, number) is { } found
                    ? found
                    : Failure.Invalid("registry.alias_not_found", $"Registered model alias {RegistryText.Clip(alias)} not found.");
        }, cancel);
    }

    /// <summary>The highest version of each stage asked for (none: of every stage), with aliases; <c>registry.model_not_found</c>, <c>registry.invalid_stage</c>.</summary>
    public async ValueTask<Result<IReadOnlyList<ModelVersion>>> LatestAsync(Actor actor, string name, IReadOnlyList<string> stages, CancellationToken cancel)
    {
        var wanted = new HashSet<string>();
        foreach (var stage in stages.Count == 0 ? Stages.All : stages)
        {
            if (Stages.Parse(stage).Failed(out var wrong, out var known))
                return wrong;
            wanted.Add(known);
        }

        return await _db.ReadAsync<Result<IReadOnlyList<ModelVersion>>>(async session =>
        {
            if (await ModelStore.FindAsync(session, actor.Workspace, name) is not { } model)
                return RegisteredModels.NotFound(name);
            var latest = await VersionStore.ListLatestAsync(session, actor.Workspace, [model.Id]);
            return await WithAliasesAsync(session, actor, latest.FindAll(v => wanted.Contains(v.Stage)));
        }, cancel);
    }

    /// <summary>One page of versions, without aliases; versions of prompts only when the filter asks for them. <c>registry.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<ModelVersion>>> SearchAsync(Actor actor, RegistrySearch search, CancellationToken cancel)
    {
        search = search with { Filter = RegistrySearch.WithoutPrompts(search.Filter) };
        var page = await _db.ReadAsync(session => VersionStore.SearchAsync(session, actor, search), cancel);
        return page is null ? RegisteredModels.InvalidToken(search.Token!) : page;
    }

    /// <summary>Changes a version's description; <c>registry.version_not_found</c>.</summary>
    public async ValueTask<Result<ModelVersion>> DescribeAsync(Actor actor, string name, string version, string? description, CancellationToken cancel)
    {
        if (RegisteredModels.CheckDescription(description) is { } wrong)
            return wrong;
        return await ChangeAsync<ModelVersion>(actor, name, version, async (session, model, found) =>
        {
            var before = found.Description;
            found = found with { Description = RegisteredModels.NullIfEmpty(description), UpdatedAt = Now() };
            await VersionStore.DescribeAsync(session, actor.Workspace, found, found.Description, found.UpdatedAt);
            await AppendAsync(session, actor, RegistryEvent.Names.VersionUpdated,
                Event(found, model.IsPrompt) with { Description = found.Description }, found.Description != before);
            return found;
        }, cancel);
    }

    /// <summary>Moves a version to a stage; into Production only when every <see cref="IPromotionGate"/> lets it.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="name">The model.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="stage">Of <see cref="Stages"/>, in whatever case.</param>
    /// <param name="archiveExisting">Archive the other versions of that stage, which must be Staging or Production.</param>
    /// <param name="cancel">Stops before the commit.</param>
    /// <returns>The version, or <c>registry.invalid_stage</c>, <c>registry.version_not_found</c>, or a gate's failure.</returns>
    public async ValueTask<Result<ModelVersion>> MoveAsync(
        Actor actor, string name, string version, string stage, bool archiveExisting, CancellationToken cancel)
    {
        if (Stages.Parse(stage).Failed(out var wrong, out var to))
            return wrong;
        if (archiveExisting && !Stages.IsActive(to))
        {
            return Failure.Invalid("registry.invalid_stage",
                $"Model version transition cannot archive existing model versions because '{stage}' is not an Active stage. "
                + "Valid stages are ['Staging', 'Production']");
        }

        if (to == Stages.Production && await AskGatesAsync(actor, name, version, cancel) is { } refused)
            return refused;
        return await ChangeAsync<ModelVersion>(actor, name, version, async (session, model, found) =>
        {
            var at = Now();
            if (archiveExisting)
                await ArchiveAsync(session, actor, model, found.Version, to, at);
            await VersionStore.MoveAsync(session, actor.Workspace, model.Id, [found.Version], to, at);
            await ModelStore.TouchAsync(session, actor.Workspace, model.Id, at);
            await AppendAsync(session, actor, RegistryEvent.Names.VersionStageChanged,
                Event(found, model.IsPrompt) with { FromStage = found.Stage, ToStage = to }, found.Stage != to);
            return found with { Stage = to, UpdatedAt = at };
        }, cancel);
    }

    /// <summary>Deletes a version with its tags and aliases; its number is not given again. <c>registry.version_not_found</c>.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string name, string version, CancellationToken cancel) =>
        ChangeAsync<Done>(actor, name, version, async (session, model, found) =>
        {
            foreach (var alias in await AliasStore.RemoveOfVersionAsync(session, actor.Workspace, model.Id, found.Version))
                await AppendAsync(session, actor, RegistryEvent.Names.AliasRemoved, Event(found, model.IsPrompt) with { Alias = alias });
            await VersionStore.DeleteAsync(session, actor.Workspace, found);
            await ModelStore.TouchAsync(session, actor.Workspace, model.Id, Now());
            await AppendAsync(session, actor, RegistryEvent.Names.VersionDeleted, Event(found, model.IsPrompt));
            return Done.Ok;
        }, cancel);

    /// <summary>Sets a version's tag; <c>registry.version_not_found</c>, <c>tracking.invalid_name</c>, <c>tracking.too_long</c>.</summary>
    public async ValueTask<Result<Done>> SetTagAsync(Actor actor, string name, string version, Pair tag, CancellationToken cancel)
    {
        if (RegistryText.CheckTag(tag) is { } wrong)
            return wrong;
        return await ChangeAsync<Done>(actor, name, version, async (session, model, found) =>
        {
            await VersionStore.SetTagsAsync(session, actor.Workspace, found, [tag]);
            await AppendAsync(session, actor, RegistryEvent.Names.VersionTagSet,
                Event(found, model.IsPrompt) with { Key = tag.Key, Value = tag.Value }, !found.Tags.Contains(tag));
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes a version's tag; one that is not there is no error. <c>registry.version_not_found</c>.</summary>
    public async ValueTask<Result<Done>> RemoveTagAsync(Actor actor, string name, string version, string key, CancellationToken cancel)
    {
        if (Names.CheckKey(key, "key") is { } wrong)
            return wrong;
        return await ChangeAsync<Done>(actor, name, version, async (session, model, found) =>
        {
            if (await VersionStore.RemoveTagAsync(session, actor.Workspace, found, key))
                await AppendAsync(session, actor, RegistryEvent.Names.VersionTagRemoved, Event(found, model.IsPrompt) with { Key = key });
            return Done.Ok;
        }, cancel);
    }

    /// <summary>
    /// Gives an alias to a version, taking it from another that has it; <c>production</c>, in whatever case, only when every <see cref="IPromotionGate"/> lets it.
    /// <c>registry.invalid_alias</c>, <c>registry.reserved_alias</c>, <c>registry.version_not_found</c>, or a gate's failure.
    /// </summary>
    public async ValueTask<Result<Done>> SetAliasAsync(Actor actor, string name, string alias, string version, CancellationToken cancel)
    {
        if (AliasNames.CheckNew(alias) is { } wrong)
            return wrong;
        if (AliasNames.IsProduction(alias) && await AskGatesAsync(actor, name, version, cancel) is { } refused)
            return refused;
        return await ChangeAsync<Done>(actor, name, version, async (session, model, found) =>
        {
            var before = await AliasStore.FindAsync(session, actor.Workspace, model.Id, alias);
            await AliasStore.SetAsync(session, actor.Workspace, model.Id, alias, found.Version);
            await AppendAsync(session, actor, RegistryEvent.Names.AliasSet,
                Event(found, model.IsPrompt) with { Alias = alias, PreviousVersion = before }, before != found.Version);
            return Done.Ok;
        }, cancel);
    }

    /// <summary>Removes an alias; one that is not there is no error. <c>registry.model_not_found</c>.</summary>
    public async ValueTask<Result<Done>> RemoveAliasAsync(Actor actor, string name, string alias, CancellationToken cancel)
    {
        if (AliasNames.Check(alias) is { } wrong)
            return wrong;
        return await _db.WriteAsync<Done>(async session =>
        {
            if (await ModelStore.LockAsync(session, actor.Workspace, name) is not { } model)
                return RegisteredModels.NotFound(name);
            if (await AliasStore.RemoveAsync(session, actor.Workspace, model.Id, alias) is { } version)
                await AppendAsync(session, actor, RegistryEvent.Names.AliasRemoved, RegisteredModels.Event(model) with { Version = version, Alias = alias });
            return Done.Ok;
        }, cancel);
    }

    internal static Failure NotFound(string name, long version) => Failure.NotFound("registry.version_not_found",
        $"Model Version (name={RegistryText.Clip(name)}, version={version.ToString(CultureInfo.InvariantCulture)}) not found");

    private static Failure? Check(string name, NewVersion made) =>
        RegistryText.CheckName(name)
        ?? RegistryText.Check("source", made.Source, RegistryText.MaxUri)
        ?? RegistryText.Check("run_id", made.RunId, RegistryText.MaxId)
        ?? RegistryText.Check("run_link", made.RunLink, RegistryText.MaxUri)
        ?? RegistryText.Check("model_id", made.LoggedModelId, RegistryText.MaxId)
        ?? RegisteredModels.CheckDescription(made.Description)
        ?? RegistryText.CheckTags(made.Tags);

    internal static RegistryEvent Registered(ModelVersion version, bool prompt) => Event(version, prompt) with
    {
        Source = version.Source,
        StorageUri = version.StorageUri,
        RunId = version.RunId,
        Description = version.Description,
        Tags = RegistryEvent.TagsOf(version.Tags),
    };

    internal static RegistryEvent Event(ModelVersion version, bool prompt) =>
        new() { ModelId = version.ModelId, Name = version.Name, Version = version.Version, IsPrompt = prompt };

    private static async ValueTask<List<ModelVersion>> WithAliasesAsync(DbSession session, Actor actor, List<ModelVersion> versions)
    {
        if (versions.Count == 0)
            return versions;
        var aliases = await AliasStore.ListAsync(session, actor.Workspace, versions.Select(static v => v.ModelId).Distinct().ToArray());
        return versions.ConvertAll(v => v with { Aliases = [.. aliases[v.ModelId].Where(a => a.Version == v.Version).Select(static a => a.Alias)] });
    }

    private async ValueTask<Failure?> AskGatesAsync(Actor actor, string name, string version, CancellationToken cancel)
    {
        if (_gates.Count == 0)
            return null;
        if ((await GetAsync(actor, name, version, cancel)).Failed(out var missing, out var found))
            return missing;
        foreach (var gate in _gates)
        {
            if (await gate.CheckAsync(actor, found, cancel) is { } refused)
                return refused;
        }

        return null;
    }

    private async ValueTask ArchiveAsync(DbSession session, Actor actor, RegisteredModel model, long except, string stage, long at)
    {
        var others = await VersionStore.ListInStageAsync(session, actor.Workspace, model.Id, stage, except);
        await VersionStore.MoveAsync(session, actor.Workspace, model.Id, others, Stages.Archived, at);
        foreach (var other in others)
        {
            await AppendAsync(session, actor, RegistryEvent.Names.VersionStageChanged,
                RegisteredModels.Event(model) with { Version = other, FromStage = stage, ToStage = Stages.Archived });
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask AppendAsync(DbSession session, Actor actor, string name, RegistryEvent e, bool changed = true) =>
        await _events.AppendAsync(session, actor, name, e, changed);

    private async ValueTask<Result<T>> ChangeAsync<T>(
        Actor actor, string name, string version, Func<DbSession, RegisteredModel, ModelVersion, ValueTask<Result<T>>> change, CancellationToken cancel)
    {
        if (RegistryText.ParseVersion(version).Failed(out var wrong, out var number))
            return wrong;
        return await _db.WriteAsync<T>(async session =>
        {
            if (await ModelStore.LockAsync(session, actor.Workspace, name) is not { } model || await VersionStore.FindAsync(session, actor.Workspace, name, number) is not { } found)
                return NotFound(name, number);
            return await change(session, model, found);
        }, cancel);
    }
}
