using System.Collections.Frozen;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Drops the online values and files of a deleted project. Its rows went in the deletion's own transaction.</summary>
internal sealed class ProjectRemoval(Db db, IOnlineStore store, IBlobs blobs) : IEventHandler
{
    /// <inheritdoc/>
    public string Name => "features.project_removal";

    /// <inheritdoc/>
    public IReadOnlySet<string> Events { get; } = FrozenSet.Create(FeaturesApplied.Deleted);

    /// <inheritdoc/>
    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        var deleted = JsonSerializer.Deserialize(e.Payload, DefinitionJson.Applied)!;
        var project = deleted.Project;
        foreach (var file in deleted.Files)
            await blobs.DeleteAsync(file, cancel);
        foreach (var table in await db.ReadAsync(session => RemovalStore.OrphansAsync(session, e.Actor.Workspace, project), cancel))
        {
            if ((await store.DropAsync(table, cancel)).Failed(out var away, out _))
                return away;
            await db.WriteAsync<Done>(async session =>
            {
                await RemovalStore.ForgetAsync(session, table);
                return Done.Ok;
            }, cancel);
        }

        return Done.Ok;
    }
}
