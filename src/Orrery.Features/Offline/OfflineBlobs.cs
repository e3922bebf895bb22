using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Source files, training sets and pushed rows in files, for a workspace that moves.</summary>
internal sealed class OfflineBlobs : IWorkspaceBlobs
{
    public async ValueTask<List<WorkspaceBlob>> ListAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        var key = after.Length > 0 && PageToken.Decode(after, 1) is [string last] ? last : "";
        return [.. (await OfflineStore.BlobsAsync(session, workspace, key, limit)).Select(static blob => new WorkspaceBlob(blob.Key, blob.Size, blob.Sha256, PageToken.Encode(blob.Key)))];
    }
}
