using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>
/// Brings versions of registered models from another server, with their numbers, stages, aliases and times. What was decided there
/// is kept as history: promotion gates are not asked.
/// </summary>
internal sealed class VersionImports(Db db, RegistryEvents events, Jobs jobs, VersionSources sources, TimeProvider time)
{
    /// <summary>Makes a version or brings it up to date.</summary>
    /// <returns>
    /// The version, or <c>import.version_taken</c>, <c>import.invalid</c>, <c>registry.model_not_found</c>, <c>registry.invalid_source</c>,
    /// <c>registry.source_not_found</c>, <c>registry.invalid_stage</c> and the refusals of texts, tags and aliases.
    /// </returns>
    public async ValueTask<Result<ImportedModelVersion>> ImportAsync(Actor actor, ImportModelVersion asked, CancellationToken cancel)
    {
        var from = asked.Version;
        if (Check(asked) is { } wrong)
            return wrong;
        if (RegistryText.ParseVersion(from.Version).Failed(out var notOne, out var number))
            return notOne;
        if (number is < 1 or > int.MaxValue)
            return RegistryImportRules.Invalid("version", $"it is {number} and must be 1 to {int.MaxValue}");
        if (Stages.Parse(from.CurrentStage is { Length: > 0 } stage ? stage : Stages.None).Failed(out var unknown, out var known))
            return unknown;
        if ((await ResolveAsync(actor, from, cancel)).Failed(out var refused, out var storage))
            return refused;

        var (created, updated) = RegistryImportRules.Times(from.CreationTimestamp, from.LastUpdatedTimestamp, time.GetUtcNow().ToUnixTimeMilliseconds());
        var wanted = new ModelVersion
        {
            ModelId = "",
            Name = from.Name,
            Version = number,
            Stage = known,
            Description = RegisteredModels.NullIfEmpty(from.Description),
            Source = from.Source ?? "",
            StorageUri = storage,
            RunId = RegisteredModels.NullIfEmpty(from.RunId),
            RunLink = RegisteredModels.NullIfEmpty(from.RunLink),
            LoggedModelId = RegisteredModels.NullIfEmpty(from.ModelId),
            CreatedBy = RegisteredModels.NullIfEmpty(from.UserId) ?? actor.Name,
            CreatedAt = created,
            UpdatedAt = updated,
            Tags = RegistryImportRules.Pairs(from.Tags),
            Aliases = [.. from.Aliases.Distinct()],
        };
        return await db.WriteAsync(session => StoreAsync(session, actor, RegistryImportRules.Origin(asked.Source, from.Name), wanted), cancel);
    }

    private static Failure? Check(ImportModelVersion asked)
    {
        var from = asked.Version;
        return RegistryImportRules.Check(asked.Source, from.Name)
            ?? RegistryText.Check("version.source", from.Source, RegistryText.MaxUri)
            ?? RegistryText.Check("version.run_id", from.RunId, RegistryText.MaxId)
            ?? RegistryText.Check("version.run_link", from.RunLink, RegistryText.MaxUri)
            ?? RegistryText.Check("version.model_id", from.ModelId, RegistryText.MaxId)
            ?? RegistryText.Check("version.user_id", from.UserId, RegistryText.MaxId)
            ?? RegisteredModels.CheckDescription(from.Description)
            ?? RegistryText.CheckTags(RegistryImportRules.Pairs(from.Tags))
            ?? from.Aliases.Select(AliasNames.CheckNew).FirstOrDefault(static wrong => wrong is not null)
            ?? (from.Status is ModelVersionStatus.Ready
                ? null
                : RegistryImportRules.Invalid("version.status", "only versions that are READY can be used, and imported"));
    }

    // A path or file of the other server's machine means nothing here and is kept as it was: nothing is read from it.
    private async ValueTask<Result<string>> ResolveAsync(Actor actor, Contracts.ModelVersion from, CancellationToken cancel)
    {
        var source = from.Source ?? "";
        if (SourceRules.SchemeOf(source) is "" or "file")
            return source;
        var asked = new NewVersion(source) { RunId = from.RunId };
        var prompt = RegisteredModels.IsPrompt(RegistryImportRules.Pairs(from.Tags));
        return (await sources.ResolveAsync(actor, asked, prompt, cancel)).Failed(out var refused, out var found) ? refused : found.StorageUri;
    }

    private async ValueTask<Result<ImportedModelVersion>> StoreAsync(DbSession session, Actor actor, string origin, ModelVersion wanted)
    {
        var workspace = actor.Workspace;
        var name = (await RegistryImportStore.FindAsync(session, workspace, origin))?.Name ?? wanted.Name;
        if (await ModelStore.LockAsync(session, workspace, name) is not { } model)
            return RegisteredModels.NotFound(name);
        wanted = wanted with { ModelId = model.Id, Name = model.Name };
        var known = await VersionStore.FindByIdAsync(session, workspace, model.Id, wanted.Version);
        var imported = known is null ? null : await RegistryImportStore.FindOriginAsync(session, workspace, model.Id, wanted.Version);
        if (known is not null && imported?.Name != origin)
            return Taken(wanted);

        await VersionReferences.HoldAsync(session, workspace, wanted);
        var added = known is null ? [] : wanted.Tags.ExceptBy(known.Tags.Select(static t => t.Key), static t => t.Key).ToArray();
        if (known is null)
            await VersionStore.InsertAsync(session, workspace, wanted);
        else
            await VersionStore.SetTagsAsync(session, workspace, wanted, added);
        // What was changed here since the last import stays.
        var untouched = known is null || known.UpdatedAt == imported?.UpdatedAt;
        if (known is null || added.Length > 0 || (untouched && !IsAsBefore(known, wanted)))
            await events.ImportedAsync(session, actor, wanted);
        if (untouched)
        {
            await RegistryImportStore.WriteAsync(session, workspace, wanted, origin);
            await VersionEdges.AppendAsync(session, workspace, [wanted]);
            await TellAsync(session, actor, model, known, wanted);
        }

        await RegistryImportStore.RaiseLastVersionAsync(session, workspace, model.Id, wanted.Version);
        await AliasAsync(session, actor, model, wanted);
        return new ImportedModelVersion(wanted.Name, wanted.Version.ToString(CultureInfo.InvariantCulture), Created: known is null);
    }

    private static bool IsAsBefore(ModelVersion known, ModelVersion wanted) => wanted with { Tags = known.Tags, Aliases = known.Aliases } == known;

    private async ValueTask TellAsync(DbSession session, Actor actor, RegisteredModel model, ModelVersion? known, ModelVersion wanted)
    {
        if (known is null)
        {
            await AppendAsync(session, actor, RegistryEvent.Names.VersionRegistered, ModelVersions.Registered(wanted, model.IsPrompt));
            return;
        }

        if (known.Description != wanted.Description)
        {
            await AppendAsync(session, actor, RegistryEvent.Names.VersionUpdated,
                ModelVersions.Event(wanted, model.IsPrompt) with { Description = wanted.Description });
        }

        if (known.Stage != wanted.Stage)
        {
            await AppendAsync(session, actor, RegistryEvent.Names.VersionStageChanged,
                ModelVersions.Event(wanted, model.IsPrompt) with { FromStage = known.Stage, ToStage = wanted.Stage });
        }

        if (known.StorageUri != wanted.StorageUri && !model.IsPrompt)
            await PackageEvents.EnqueueAsync(session, jobs, actor, new(model.Id, wanted.Version, [model.Name]));
    }

    private async ValueTask AliasAsync(DbSession session, Actor actor, RegisteredModel model, ModelVersion wanted)
    {
        var now = (await RegistryImportStore.ListAliasesAsync(session, actor.Workspace, model.Id)).ToDictionary(static a => a.Alias);
        var told = ModelVersions.Event(wanted, model.IsPrompt);
        foreach (var gone in now.Values.Where(a => a.Version == wanted.Version && a.IsAsImported && !wanted.Aliases.Contains(a.Alias)).Select(static a => a.Alias))
        {
            await AliasStore.RemoveAsync(session, actor.Workspace, model.Id, gone);
            await AppendAsync(session, actor, RegistryEvent.Names.AliasRemoved, told with { Alias = gone });
        }

        foreach (var alias in wanted.Aliases)
        {
            // One that was set here stays where it is.
            var before = now.GetValueOrDefault(alias);
            if (before is not null && (before.Version == wanted.Version || !before.IsAsImported))
                continue;
            await RegistryImportStore.SetAliasAsync(session, actor.Workspace, model.Id, alias, wanted.Version);
            await AppendAsync(session, actor, RegistryEvent.Names.AliasSet, told with { Alias = alias, PreviousVersion = before?.Version });
        }
    }

    private async ValueTask AppendAsync(DbSession session, Actor actor, string name, RegistryEvent e) =>
        await events.AppendAsync(session, actor, name, e);

    private static Failure Taken(ModelVersion version) => Failure.AlreadyExists(ImportCodes.VersionTaken,
        $"Version {version.Version} of '{RegistryText.Clip(version.Name)}' exists here and did not come from this source.");
}
