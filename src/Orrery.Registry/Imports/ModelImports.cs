using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Brings registered models from another server, with their names, tags and times.</summary>
internal sealed class ModelImports(Db db, Outbox outbox, TimeProvider time)
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
            await AddTagsAsync(session, workspace, known, wanted.Tags);
            // What was changed here since stays.
            if (known.UpdatedAt != imported.UpdatedAt)
                return new ImportedRegisteredModel(known.Name, Created: false);
            await RegistryImportStore.WriteAsync(session, workspace, wanted with { Id = known.Id }, origin);
            await outbox.AppendAsync(
                session, actor, RegistryEvent.Names.ModelUpdated, (RegisteredModels.Event(known) with { Description = wanted.Description }).ToJson());
            return new ImportedRegisteredModel(known.Name, Created: false);
        }

        if (await ModelStore.InsertAsync(session, workspace, wanted))
        {
            await RegistryImportStore.WriteAsync(session, workspace, wanted, origin);
            await outbox.AppendAsync(session, actor, RegistryEvent.Names.ModelRegistered, RegisteredModels.Registered(wanted).ToJson());
            return new ImportedRegisteredModel(wanted.Name, Created: true);
        }

        if (!asked.Merge || await ModelStore.LockAsync(session, workspace, wanted.Name) is not { } into)
            return NameTaken(wanted.Name);
        await AddTagsAsync(session, workspace, into, wanted.Tags);
        return new ImportedRegisteredModel(into.Name, Created: false);
    }

    // Tags that are there stay as they are.
    private static async ValueTask AddTagsAsync(DbSession session, WorkspaceId workspace, RegisteredModel into, IReadOnlyList<Pair> tags)
    {
        var own = into.Tags.Select(static t => t.Key).ToHashSet();
        await ModelStore.SetTagsAsync(session, workspace, into.Id, [.. tags.Where(t => !own.Contains(t.Key))]);
    }

    private static Failure NameTaken(string name) => Failure.AlreadyExists(ImportCodes.NameTaken,
        $"A registered model named '{RegistryText.Clip(name)}' exists here and did not come from this source. Rename one of the two, or import with merge to add to it.");
}
