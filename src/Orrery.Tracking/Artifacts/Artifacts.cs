using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>
/// What one can do with artifacts. The index in the database says what there is; each file's content is a blob of its own
/// that is never changed, so a file is replaced at one moment and a reader finishes what it began. The content of a small
/// file lies in the database beside its entry: one commit, shared with other requests, makes both durable.
/// </summary>
public sealed class Artifacts
{
    private readonly Db _db;
    private readonly IBlobs _blobs;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<Artifacts> _logger;

    private readonly StorageQuota _quota;
    private readonly int _inline;

    internal Artifacts(Db db, IBlobs blobs, AuditLog audit, int inline, StorageQuota quota, TimeProvider time, ILogger<Artifacts> logger)
    {
        _inline = inline;
        _quota = quota;
        _db = db;
        _blobs = blobs;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    /// <summary>Stores a file, replacing one of that path. Durable on return; nothing is changed when the content breaks off.</summary>
    /// <param name="actor">Who, and where.</param>
    /// <param name="path">Where to.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="length">Bytes to come, where that is known: what the quota does not allow is then refused before it is read.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<Artifact>> PutAsync(Actor actor, ArtifactPath path, Stream content, long? length, CancellationToken cancel)
    {
        if ((await _quota.ReserveAsync(actor, length ?? 0, cancel)).Failed(out var full, out var reservation))
            return full;
        using var reserved = reservation;
        content = reserved.Meter(content);
        var head = ArrayPool<byte>.Shared.Rent(_inline + 1);
        try
        {
            var count = await content.ReadAtLeastAsync(head.AsMemory(0, _inline + 1), _inline + 1, throwOnEndOfStream: false, cancel);
            if (count <= _inline)
                return await PutSmallAsync(actor, path, head.AsSpan(0, count).ToArray(), reserved, cancel);
            var key = NewKey(actor, path);
            await using var whole = new HeadedStream(head.AsMemory(0, count), content);
            var blob = await _blobs.PutAsync(key, whole, cancel);
            return await IndexAsync(actor, new(path, key, blob.Size, blob.Sha256!), content: null, reserved, cancel);
        }
        catch (QuotaExceededException e)
        {
            return e.Failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>A file's entry; <c>tracking.artifact_not_found</c>.</summary>
    public async ValueTask<Result<Artifact>> FindAsync(Actor actor, ArtifactPath path, CancellationToken cancel)
    {
        var found = await _db.ReadAsync(session => ArtifactStore.FindAsync(session, actor.Workspace, path), cancel);
        return found is null ? NotFound(path) : found;
    }

    /// <summary>Opens a file or a part of it; the caller disposes it. <c>tracking.artifact_not_found</c>.</summary>
    public async ValueTask<Result<(Artifact Artifact, BlobRead Content)>> OpenAsync(Actor actor, ArtifactPath path, BlobRange? range, CancellationToken cancel)
    {
        // Between finding the entry and opening its blob the file may have been replaced: then the new one is there.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if ((await FindAsync(actor, path, cancel)).Failed(out var failure, out var artifact))
                return failure;
            if (await ReadAsync(actor, artifact, range, cancel) is { } content)
                return (artifact, content);
        }

        Log.BlobMissing(_logger, path.Full);
        return NotFound(path);
    }

    /// <summary>What a folder holds; a folder that is not there holds nothing.</summary>
    public ValueTask<ArtifactListing> ListAsync(Actor actor, string folder, CancellationToken cancel) => _db.ReadAsync(async session =>
        new ArtifactListing(
            await ArtifactStore.FoldersAsync(session, actor.Workspace, folder),
            await ArtifactStore.FilesAsync(session, actor.Workspace, folder)), cancel);

    /// <summary>All files below a folder, by folder and name.</summary>
    public ValueTask<List<Artifact>> TreeAsync(Actor actor, string folder, CancellationToken cancel) =>
        _db.ReadAsync(session => ArtifactStore.TreeAsync(session, actor.Workspace, folder), cancel);

    /// <summary>Deletes a file or all below a folder; <c>tracking.artifact_not_found</c>.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(Actor actor, ArtifactPath path, CancellationToken cancel)
    {
        var removed = await _db.WriteAsync<List<string>>(async session =>
        {
            if (await ArtifactStore.RemoveAsync(session, actor.Workspace, path) is not { } blobs)
                return NotFound(path);
            await _audit.AppendAsync(session, actor, Act.Artifact("artifact.delete", path));
            return blobs;
        }, cancel);
        if (removed.Failed(out var failure, out var keys))
            return failure;
        foreach (var key in keys)
            await DropAsync(key);
        return Done.Ok;
    }

    /// <summary>Begins an upload in parts straight to the store; <c>tracking.no_multipart</c> where the store has no such thing.</summary>
    public async ValueTask<Result<(string UploadId, IReadOnlyList<Uri> Urls)>> CreateUploadAsync(Actor actor, ArtifactPath path, int parts, CancellationToken cancel)
    {
        if (parts is < 1 or > 10_000)
            return Failure.Invalid("tracking.invalid_field", $"num_parts is {parts}; an upload has 1 to 10000 parts.");
        var key = NewKey(actor, path);
        return await _blobs.CreateMultipartAsync(key, parts, cancel) is { } upload
            ? (PageToken.Encode(key[^SuffixLength..], upload.UploadId), upload.PartUrls)
            : NoMultipart();
    }

    /// <summary>Turns uploaded parts into the file. The content is read once more for its hash.</summary>
    public async ValueTask<Result<Artifact>> CompleteUploadAsync(
        Actor actor, ArtifactPath path, string uploadId, IReadOnlyList<BlobPart> parts, CancellationToken cancel)
    {
        if (Upload(actor, path, uploadId) is not var (key, id))
            return NoUpload(uploadId);
        var completed = await _blobs.CompleteMultipartAsync(key, id, parts, cancel);
        if (completed.Failed(out var failure, out var blob))
            return failure;
        await using var content = await _blobs.OpenAsync(key, range: null, cancel) ?? throw new InvalidOperationException($"The completed upload {key} is not there.");
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content.Stream, cancel));
        if ((await _quota.ReserveAsync(actor, blob.Size, cancel)).Failed(out var full, out var reservation))
        {
            await DropAsync(key);
            return full;
        }

        using var reserved = reservation;
        return await IndexAsync(actor, new(path, key, blob.Size, hash), content: null, reserved, cancel);
    }

    /// <summary>Drops an upload and its parts.</summary>
    public async ValueTask<Result<Done>> AbortUploadAsync(Actor actor, ArtifactPath path, string uploadId, CancellationToken cancel)
    {
        if (Upload(actor, path, uploadId) is not var (key, id))
            return NoUpload(uploadId);
        await _blobs.AbortMultipartAsync(key, id, cancel);
        return Done.Ok;
    }

    private const int SuffixLength = 12;
    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>A blob's key: the path for people, and a suffix that makes it this upload's alone.</summary>
    private static string NewKey(Actor actor, ArtifactPath path) =>
        KeyOf(actor, path, RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true));

    private static string KeyOf(Actor actor, ArtifactPath path, string suffix) => $"{actor.WorkspaceName}/artifacts/{path.Full}~{suffix}";

    /// <summary>The path that a blob's key, without its workspace, was made for; null for a key that none was.</summary>
    internal static ArtifactPath? PathOfKey(string key)
    {
        var at = key.Length - SuffixLength - 1;
        return at > 0 && key[at] == '~' && key.AsSpan(at + 1).IndexOfAnyExcept(Hex) < 0 && !ArtifactPath.Parse(key[..at]).Failed(out _, out var path) ? path : null;
    }

    private static (string Key, string Id)? Upload(Actor actor, ArtifactPath path, string uploadId) =>
        PageToken.Decode(uploadId, 2) is [string { Length: SuffixLength } suffix, string id] && suffix.All(char.IsAsciiHexDigitLower)
            ? (KeyOf(actor, path, suffix), id)
            : null;

    internal static Failure NotFound(ArtifactPath path) => Failure.NotFound("tracking.artifact_not_found", $"No such artifact: '{path.Full}'");

    private static Failure NoMultipart() => Failure.Unsupported("tracking.no_multipart",
        "Multipart upload is not supported for the current artifact repository");

    private static Failure NoUpload(string id) => Failure.NotFound("tracking.upload_not_found", $"No upload with id '{(id.Length > 100 ? id[..100] : id)}'.");

    private ValueTask<Result<Artifact>> PutSmallAsync(Actor actor, ArtifactPath path, byte[] content, StorageReservation reserved, CancellationToken cancel)
    {
        var key = Artifact.DatabasePrefix + Guid.CreateVersion7(_time.GetUtcNow()).ToString("N");
        return IndexAsync(actor, new(path, key, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), content, reserved, cancel);
    }

    private async ValueTask<BlobRead?> ReadAsync(Actor actor, Artifact artifact, BlobRange? range, CancellationToken cancel)
    {
        if (!artifact.InDatabase)
            return await _blobs.OpenAsync(artifact.BlobKey, range, cancel);
        var content = await _db.ReadAsync(session => ArtifactStore.ContentAsync(session, actor.Workspace, artifact.BlobKey), cancel);
        return content is null ? null : BlobRead.Of(content, range);
    }

    private async ValueTask<Result<Artifact>> IndexAsync(Actor actor, Artifact artifact, byte[]? content, StorageReservation reserved, CancellationToken cancel)
    {
        var at = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long freed = 0;
        var replaced = await _db.WriteAsync<string>(async session =>
        {
            var before = await ArtifactStore.FindAsync(session, actor.Workspace, artifact.Path);
            freed = before?.Size ?? 0;
            if (content is not null)
                await ArtifactStore.InsertContentAsync(session, actor.Workspace, artifact.BlobKey, content);
            await ArtifactStore.PutAsync(session, actor.Workspace, artifact, at);
            if (before is { InDatabase: true })
                await ArtifactStore.RemoveContentAsync(session, actor.Workspace, [before.BlobKey]);
            await AppendUploadAsync(session, actor, before, artifact);
            return before is null or { InDatabase: true } ? "" : before.BlobKey;
        }, cancel);
        if (replaced.Failed(out var failure, out var old))
            return failure;
        reserved.Settle(artifact.Size - freed);
        if (old.Length > 0)
            await DropAsync(old);
        return artifact;
    }

    /// <summary>What is hashed of a file is its content. The same content again changes nothing.</summary>
    private async ValueTask AppendUploadAsync(DbSession session, Actor actor, Artifact? before, Artifact after)
    {
        if (before?.Sha256 == after.Sha256)
            return;
        await _audit.AppendAsync(session, actor, Act.Artifact("artifact.upload", after.Path) with
        {
            Before = before is null ? null : Convert.FromHexString(before.Sha256),
            After = Convert.FromHexString(after.Sha256),
            Detail = Act.Counts(("bytes", after.Size)),
        });
    }

    /// <summary>A blob that nothing points at any more. Should this fail, garbage collection finds it.</summary>
    private async ValueTask DropAsync(string key)
    {
        try
        {
            await _blobs.DeleteAsync(key, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            Log.BlobLeft(_logger, key, e);
        }
    }
}
