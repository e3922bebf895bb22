using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Runs and logged models as owners of files, for modules above that come to need them.</summary>
public static class ArtifactOwners
{
    /// <summary>
    /// Holds owners until the transaction ends, so that garbage collection, which asks <see cref="IArtifactReferences"/> with their
    /// rows locked, either sees what the transaction writes or has removed them before. Ids that nothing has are no error.
    /// </summary>
    /// <param name="session">A writing transaction.</param>
    /// <param name="workspace">Of the owners.</param>
    /// <param name="ids">Run ids and logged model ids.</param>
    public static ValueTask HoldAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids) =>
        GcStore.KeepAsync(session, workspace, ids);
}
