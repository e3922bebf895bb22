using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>Tells quotas how many bytes the artifacts of a workspace have.</summary>
internal sealed class ArtifactBytes : IStoredBytes
{
    public ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace) => ArtifactStore.BytesAsync(session, workspace);
}
