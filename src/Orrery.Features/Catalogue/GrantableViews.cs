using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Views of both kinds as objects that rights may be granted on, all versions alike.</summary>
internal sealed class GrantableViews : IGrantableObjects
{
    string IGrantableObjects.Kind => Permissions.ViewKind;

    ValueTask<string?> IGrantableObjects.FindAsync(DbSession session, WorkspaceId workspace, string idOrName) =>
        CatalogueStore.FindViewAsync(session, workspace, idOrName);

    ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> IGrantableObjects.NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> objects) => CatalogueStore.NamesAsync(session, objects);

    /// <summary>True for a view within the actor's limits.</summary>
    public static bool Allows(Actor actor, string viewId) => actor.Limits is not { } limits || (limits.Kind == Permissions.ViewKind && limits.Ids.Contains(viewId));
}
