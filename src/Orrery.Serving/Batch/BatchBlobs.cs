using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Files of batch predictions in the blob store. They count as stored bytes.</summary>
internal sealed class BatchBlobs(Db db, IBlobs blobs, StorageQuota quota, TimeProvider time)
{
    private const int Page = 1000;

    /// <summary>Puts a file of this server's disk there, under a key of its own; <c>tenancy.quota_exceeded</c>.</summary>
    public async ValueTask<Result<BlobInfo>> PutAsync(Actor actor, string batch, string kind, long partition, string extension, string path, CancellationToken cancel)
    {
        await using var content = File.OpenRead(path);
        if ((await quota.ReserveAsync(actor, content.Length, cancel)).Failed(out var full, out var reservation))
            return full;
        using var reserved = reservation;
        var blob = await blobs.PutAsync(BatchPlaces.NewKey(actor.Workspace, batch, kind, partition, extension, time.GetUtcNow()), content, cancel);
        reserved.Settle(blob.Size);
        return blob;
    }

    /// <summary>Brings a blob to this server's disk; false when it is gone.</summary>
    public async ValueTask<bool> FetchAsync(string key, string path, CancellationToken cancel)
    {
        await using var blob = await blobs.OpenAsync(key, null, cancel);
        if (blob is null)
            return false;
        if (blob.LocalPath is { } local && FileLinks.TryLink(Path.GetFullPath(local), path))
            return true;
        await using var copy = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await blob.Stream.CopyToAsync(copy, cancel);
        return true;
    }

    /// <summary>Opens a file of the output; null when it is gone.</summary>
    public ValueTask<BlobRead?> OpenAsync(string key, CancellationToken cancel) => blobs.OpenAsync(key, null, cancel);

    /// <summary>Deletes blobs that nobody names.</summary>
    public async ValueTask DeleteAsync(IEnumerable<string?> keys)
    {
        foreach (var key in keys.OfType<string>())
            await blobs.DeleteAsync(key, CancellationToken.None);
    }

    /// <summary>Deletes all files of a batch prediction.</summary>
    public async ValueTask DeleteAllAsync(WorkspaceId workspace, string batch, CancellationToken cancel) => await blobs.DeletePrefixAsync(BatchPlaces.Folder(workspace, batch), cancel);

    /// <summary>Deletes what attempts left that were broken off: files that no partition names.</summary>
    public async ValueTask TidyAsync(WorkspaceId workspace, string batch, CancellationToken cancel)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        List<PartitionRow> page;
        for (var after = -1L; ; after = page[^1].Number)
        {
            page = await db.ReadAsync(session => PartitionStore.ListAsync(session, workspace, batch, null, after, Page), cancel);
            foreach (var partition in page)
                named.UnionWith(new[] { partition.InputKey, partition.Output?.Key, partition.Refused?.Key }.OfType<string>());
            if (page.Count < Page)
                break;
        }

        var stray = new List<string>();
        await foreach (var blob in blobs.ListAsync(BatchPlaces.Folder(workspace, batch), cancel))
        {
            if (!named.Contains(blob.Key))
                stray.Add(blob.Key);
        }

        await DeleteAsync(stray);
    }
}

/// <summary>What batch predictions keep in blobs, for the quota of storage.</summary>
internal sealed class BatchBytes : IStoredBytes
{
    public ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace) => PartitionStore.SumAsync(session, workspace);
}
