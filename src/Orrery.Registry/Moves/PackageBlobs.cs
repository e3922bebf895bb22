using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Registry;

/// <summary>The files of packages that the registry keeps, for a workspace that moves.</summary>
internal sealed class PackageBlobs : IWorkspaceBlobs
{
    public async ValueTask<List<WorkspaceBlob>> ListAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        var (model, version, path) = after.Length > 0 && PageToken.Decode(after, 3) is [string m, long v, string p] ? (m, v, p) : ("", 0L, "");
        return [.. (await PackageMoveStore.BlobsAsync(session, workspace, model, version, path, limit))
            .Select(static file => new WorkspaceBlob($"{file.Folder}/{file.Path}", file.Size, file.Sha256, PageToken.Encode(file.ModelId, file.Version, file.Path)))];
    }
}

/// <summary>Has packages looked at that had not been when the workspace left, and the pointers to the latest written, which no row names.</summary>
internal sealed class PackageArrival(Jobs jobs) : IWorkspaceArrival
{
    public async ValueTask ArriveAsync(DbSession session, Actor actor)
    {
        foreach (var (model, name, version) in await PackageMoveStore.UnfinishedAsync(session, actor.Workspace))
            await PackageEvents.EnqueueAsync(session, jobs, actor, new(model, version, [name]));
    }
}
