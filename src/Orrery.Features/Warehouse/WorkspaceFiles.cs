using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>The files that people upload for their sources.</summary>
internal sealed class WorkspaceFiles(Db db, IBlobs blobs, AuditLog audit, StorageQuota quota, TimeProvider time)
{
    /// <summary>Stores a file, replacing one of that path; <c>features.file_path_invalid</c>, <c>tenancy.quota_exceeded</c>.</summary>
    public async ValueTask<Result<WorkspaceFile>> PutAsync(Actor actor, string path, Stream content, long? length, CancellationToken cancel)
    {
        if (Problem(path) is { } wrong)
            return wrong;
        if ((await quota.ReserveAsync(actor, length ?? 0, cancel)).Failed(out var full, out var reservation))
            return full;
        using var reserved = reservation;
        var key = $"{actor.WorkspaceName}/features/files/{Guid.CreateVersion7(time.GetUtcNow()):N}{Path.GetExtension(path)}";
        BlobInfo blob;
        try
        {
            blob = await blobs.PutAsync(key, reserved.Meter(content), cancel);
        }
        catch (QuotaExceededException e)
        {
            return e.Failure;
        }

        var file = new WorkspaceFile(path, key, blob.Size, blob.Sha256!, actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
        var stored = await db.WriteAsync<List<WorkspaceFile>>(async session =>
        {
            var before = await FileStore.FindAsync(session, actor.Workspace, path);
            if (before is not null)
                await FileStore.RetireAsync(session, actor.Workspace, before.BlobKey);
            await FileStore.InsertAsync(session, actor.Workspace, file);
            await audit.AppendAsync(session, actor, new("feature.file.upload", "feature-file", AuditName(path))
            {
                Before = before is null ? null : Convert.FromHexString(before.Sha256),
                After = Convert.FromHexString(file.Sha256),
                Detail = string.Create(CultureInfo.InvariantCulture, $"{{\"bytes\":{file.Size}}}"),
            });
            return await FileStore.DropAsync(session, actor.Workspace);
        }, cancel);
        if (stored.Failed(out var failure, out var dropped))
            return failure;
        reserved.Settle(file.Size - dropped.Sum(static f => f.Size));
        await DeleteAsync(dropped);
        return file;
    }

    /// <summary>A file; <c>features.file_not_found</c>.</summary>
    public async ValueTask<Result<WorkspaceFile>> FindAsync(Actor actor, string path, CancellationToken cancel) =>
        await db.ReadAsync(session => FileStore.FindAsync(session, actor.Workspace, path), cancel) is { } file ? file : NotFound(path);

    /// <summary>A file of some content, also one that was replaced or deleted and is kept for a training set; null when there is none.</summary>
    public ValueTask<WorkspaceFile?> FindContentAsync(Actor actor, string sha256, CancellationToken cancel) =>
        db.ReadAsync(session => FileStore.FindContentAsync(session, actor.Workspace, sha256), cancel);

    /// <summary>Opens a file; the caller disposes the content.</summary>
    public async ValueTask<Result<(WorkspaceFile File, BlobRead Content)>> OpenAsync(Actor actor, string path, CancellationToken cancel)
    {
        if ((await FindAsync(actor, path, cancel)).Failed(out var missing, out var file))
            return missing;
        return await blobs.OpenAsync(file.BlobKey, range: null, cancel) is { } content ? (file, content) : NotFound(path);
    }

    /// <summary>Files by path.</summary>
    public async ValueTask<List<WorkspaceFile>> ListAsync(WorkspaceId workspace, string prefix, string after, int limit, CancellationToken cancel)
    {
        var found = await db.ReadAsync(session => FileStore.ListAsync(session, workspace, prefix, after, limit), cancel);
        return [.. found.TakeWhile(file => file.Path.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>Deletes a file; <c>features.file_not_found</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, string path, CancellationToken cancel)
    {
        var removed = await db.WriteAsync<List<WorkspaceFile>>(async session =>
        {
            if (await FileStore.FindAsync(session, actor.Workspace, path) is not { } file)
                return NotFound(path);
            await FileStore.RetireAsync(session, actor.Workspace, file.BlobKey);
            await audit.AppendAsync(session, actor, new("feature.file.delete", "feature-file", AuditName(path)) { Before = Convert.FromHexString(file.Sha256) });
            return await FileStore.DropAsync(session, actor.Workspace);
        }, cancel);
        if (removed.Failed(out var failure, out var dropped))
            return failure;
        await DeleteAsync(dropped);
        return Done.Ok;
    }

    /// <summary>Deletes blobs that no row names any more.</summary>
    public async ValueTask DeleteAsync(IEnumerable<WorkspaceFile> dropped)
    {
        foreach (var file in dropped)
            await blobs.DeleteAsync(file.BlobKey, CancellationToken.None);
    }

    private static string AuditName(string path) => path.Length > 500 ? path[..500] : path;

    private static Failure? Problem(string path)
    {
        if (!BlobKey.IsValid(path, out var reason))
            return Failure.Invalid("features.file_path_invalid", reason.Replace("key", "path", StringComparison.Ordinal));
        if (path.AsSpan().IndexOfAny('*', '?', '[') >= 0 || path.Contains("://", StringComparison.Ordinal) || path.Length > 700)
            return Failure.Invalid("features.file_path_invalid", "A path has none of the characters *, ? and [, which stand for others in sources, no '://', and at most 700 characters.");
        return null;
    }

    private static Failure NotFound(string path) =>
        Failure.NotFound("features.file_not_found", $"There is no file '{(path.Length > 200 ? path[..200] + "..." : path)}'.");
}
