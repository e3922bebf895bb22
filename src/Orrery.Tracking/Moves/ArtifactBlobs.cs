using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>The blobs of artifacts, for a workspace that moves: in the order of the index.</summary>
internal sealed class ArtifactBlobs : IWorkspaceBlobs
{
    public async ValueTask<List<WorkspaceBlob>> ListAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        var (folder, name) = after.Length > 0 && PageToken.Decode(after, 2) is [string f, string n] ? (f, n) : ("", "");
        return [.. (await ArtifactStore.BlobsAsync(session, workspace, folder, name, limit))
            .Select(static file => new WorkspaceBlob(file.BlobKey, file.Size, file.Sha256, PageToken.Encode(file.Path.Folder, file.Path.Name)))];
    }
}
