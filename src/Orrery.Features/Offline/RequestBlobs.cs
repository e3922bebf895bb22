using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>Entity rows that wait in blobs for their job. They count as stored, and retention takes those that no job came for.</summary>
internal sealed class RequestBlobs(Db db, IBlobs blobs, StorageQuota quota, TimeProvider time)
{
    /// <summary>Keeps rows; <c>tenancy.quota_exceeded</c>.</summary>
    /// <returns>The blob's key.</returns>
    public async ValueTask<Result<string>> PutAsync(Actor actor, string extension, Stream content, long length, CancellationToken cancel)
    {
        if ((await quota.ReserveAsync(actor, length, cancel)).Failed(out var full, out var reservation))
            return full;
        using var reserved = reservation;
        var now = time.GetUtcNow();
        var key = $"{actor.WorkspaceName}/features/requests/{Guid.CreateVersion7(now):N}{extension}";

        // The row comes first, so that a blob without one is never left.
        var noted = await db.WriteAsync<Done>(async session =>
        {
            await RequestStore.InsertAsync(session, actor.Workspace, key, length, now.ToUnixTimeMilliseconds());
            return Done.Ok;
        }, cancel);
        if (noted.Failed(out var failure, out _))
            return failure;
        var blob = await blobs.PutAsync(key, content, cancel);
        reserved.Settle(blob.Size);
        return blob.Key;
    }

    /// <summary>Drops rows that their job has read.</summary>
    public async ValueTask DeleteAsync(WorkspaceId workspace, string key)
    {
        await blobs.DeleteAsync(key, CancellationToken.None);
        await db.WriteAsync<Done>(async session =>
        {
            await RequestStore.DeleteAsync(session, workspace, [key]);
            return Done.Ok;
        }, CancellationToken.None);
    }
}
