using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Brings registered models from another server, with their names, tags and times.</summary>
internal sealed class ModelImports(Db db, RegistryEvents events, TimeProvider time)
{
    /// <summary>Makes a model or brings it up to date; <c>import.name_taken</c>, <c>import.invalid</c> and the refusals of texts and tags.</summary>
    public async ValueTask<Result<ImportedRegisteredModel>> ImportAsync(Actor actor, ImportRegisteredModel asked, CancellationToken cancel)
    {
        var from = asked.Model;
        var tags = RegistryImportRules.Pairs(from.Tags);
        if ((RegistryImportRules.Check(asked.Source, from.Name) ?? RegisteredModels.CheckDescription(from.Description)
            ?? RegistryText.Check("user_id", from.UserId, RegistryText.MaxId) ?? RegistryText.CheckTags(tags)) is { } wrong)
            return wrong;
        var now = time.GetUtcNow();
        var (created, updated) = RegistryImportRules.Times(from.CreationTimestamp, from.LastUpdatedTimestamp, now.ToUnixTimeMilliseconds());
        var wanted = new RegisteredModel(
            Guid.CreateVersion7(now).ToString("N"), from.Name, RegisteredModels.NullIfEmpty(from.Description),
            RegisteredModels.NullIfEmpty(from.UserId) ?? actor.Name, created, updated)
        {
            Tags = tags,
        };
        return await db.WriteAsync(session => StoreAsync(session, actor, asked, wanted), cancel);
    }

    private async ValueTask<Result<ImportedRegisteredModel>> StoreAsync(DbSession session, Actor actor, ImportRegisteredModel asked, RegisteredModel wanted)
    {
        var workspace = actor.Workspace;
        var origin = RegistryImportRules.Origin(asked.Source, wanted.Name);
        // It may have got another name here since.
        if (await RegistryImportStore.FindAsync(session, workspace, origin) is { } imported
            && await ModelStore.LockAsync(session, workspace, imported.Name) is { } known)
        {
            var added = await AddTagsAsync(session, workspace, known, wanted.Tags);
            // What was changed here since stays.
            var untouched = known.UpdatedAt == imported.UpdatedAt;
            if (added > 0 || (untouched && (known.Description, known.UpdatedAt) != (wanted.Description, wanted.UpdatedAt)))
                await events.ImportedAsync(session, actor, wanted with { Id = known.Id, Name = known.Name });
            if (!untouched)
                return new ImportedRegisteredModel(known.Name, Created: false);
            await RegistryImportStore.WriteAsync(session, workspace, wanted with { Id = known.Id }, origin);
            await events.AppendAsync(
                session, actor, RegistryEvent.Names.ModelUpdated,
                RegisteredModels.Event(known) with { Description = wanted.Description }, known.Description != wanted.Description);
            return new ImportedRegisteredModel(known.Name, Created: false);
        }

        if (await ModelStore.InsertAsync(session, workspace, wanted))
        {
            await RegistryImportStore.WriteAsync(session, workspace, wanted, origin);
            await events.ImportedAsync(session, actor, wanted);
            await events.AppendAsync(session, actor, RegistryEvent.Names.ModelRegistered, RegisteredModels.Registered(wanted));
            return new ImportedRegisteredModel(wanted.Name, Created: true);
        }

        if (!asked.Merge || await ModelStore.LockAsync(session, workspace, wanted.Name) is not { } into)
            return NameTaken(wanted.Name);
        if (await AddTagsAsync(session, workspace, into, wanted.Tags) > 0)
            await events.ImportedAsync(session, actor, wanted with { Id = into.Id });
        return new ImportedRegisteredModel(into.Name, Created: false);
    }

    /// <summary>How many were added: tags that are there stay as they are.</summary>
    private static async ValueTask<int> AddTagsAsync(DbSession session, WorkspaceId workspace, RegisteredModel into, IReadOnlyList<Pair> tags)
    {
        var own = into.Tags.Select(static t => t.Key).ToHashSet();
        Pair[] added = [.. tags.Where(t => !own.Contains(t.Key))];
        await ModelStore.SetTagsAsync(session, workspace, into.Id, added);
        return added.Length;
    }

    private static Failure NameTaken(string name) => Failure.AlreadyExists(ImportCodes.NameTaken,
        $"A registered model named '{RegistryText.Clip(name)}' exists here and did not come from this source. Rename one of the two, or import with merge to add to it.");
}
