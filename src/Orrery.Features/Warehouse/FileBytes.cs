using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>What the feature store keeps in blobs, for the quota of storage.</summary>
internal sealed class FileBytes : IStoredBytes
{
    public async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace) =>
        await FileStore.SumAsync(session, workspace) + await OfflineStore.SumAsync(session, workspace);
}
