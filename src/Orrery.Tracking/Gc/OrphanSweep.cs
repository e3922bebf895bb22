using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// Finds blobs that no entry of the index names: uploads that broke off before they were indexed, and blobs whose deletion failed
/// or was cut short. Young ones are left alone, since an upload is stored before it is indexed. A blob's key is made for one upload
/// and never used again, so an old one that is not indexed never will be.
/// </summary>
internal sealed class OrphanSweep(Db db, IBlobs blobs, Removals removals, TimeProvider time)
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Young = TimeSpan.FromHours(24);

    /// <summary>Removes a workspace's orphans, or counts them.</summary>
    public async ValueTask<RemovedFiles> SweepAsync(Actor actor, bool dryRun, CancellationToken cancel)
    {
        var total = new RemovedFiles(0, 0);
        var before = time.GetUtcNow() - Young;
        var prefix = $"{actor.WorkspaceName}/artifacts/";
        await foreach (var batch in blobs.ListAsync(prefix, cancel).Where(b => b.PutAt < before).Chunk(AtOnce).WithCancellation(cancel))
        {
            foreach (var orphan in await OrphansAsync(actor, prefix, batch, cancel))
            {
                if (!dryRun)
                    await removals.DropAsync(orphan.Key, cancel);
                total += new RemovedFiles(1, orphan.Size);
            }
        }

        return total;
    }

    private async ValueTask<List<BlobInfo>> OrphansAsync(Actor actor, string prefix, BlobInfo[] batch, CancellationToken cancel)
    {
        var files = batch.Select(b => (Blob: b, Path: Artifacts.PathOfKey(b.Key[prefix.Length..]))).Where(static f => f.Path is not null).ToList();
        var indexed = await db.ReadAsync(session => GcStore.BlobsAsync(
            session, actor.Workspace, [.. files.Select(static f => f.Path!.Value.Folder).Distinct()], [.. files.Select(static f => f.Path!.Value.Name).Distinct()]), cancel);
        return [.. files.Where(f => !indexed.Contains(f.Blob.Key)).Select(static f => f.Blob)];
    }
}
