using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// Artifacts, models and logs by key, in a folder (<see cref="FileBlobs"/>) or a bucket (<see cref="S3Blobs"/>).
/// Blobs are replaced whole and never changed in place. Thread-safe.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ArgumentException"/> for a key that <see cref="BlobKey.IsValid"/> refuses,
/// and the store's own exception when its machinery fails.
/// </remarks>
public interface IBlobs
{
    /// <summary>
    /// Streams <paramref name="content"/> to its end into a blob, replacing one of that key. Readers see the old blob or the
    /// new one, nothing between; the blob is durable on return. Nothing remains after a cancellation or a failure of the source.
    /// </summary>
    /// <returns>The blob with its hash.</returns>
    /// <exception cref="BlobStoreFullException">There is no room for it.</exception>
    /// <exception cref="BlobConflictException">Files only: the key is a folder of other blobs, or lies below a blob.</exception>
    public ValueTask<BlobInfo> PutAsync(string key, Stream content, CancellationToken cancel);

    /// <summary>
    /// Opens a blob or a part of it; null when it does not exist. A reader finishes what it opened, whatever is put meanwhile.
    /// The caller disposes the result.
    /// </summary>
    public ValueTask<BlobRead?> OpenAsync(string key, BlobRange? range, CancellationToken cancel);

    /// <summary>The blob's size, and its hash where the store keeps it; null when it does not exist.</summary>
    public ValueTask<BlobInfo?> HeadAsync(string key, CancellationToken cancel);

    /// <summary>Deletes a blob; one that does not exist is no error.</summary>
    public ValueTask DeleteAsync(string key, CancellationToken cancel);

    /// <summary>Deletes all blobs below a folder, a bounded batch at a time.</summary>
    /// <param name="prefix">A key followed by '/', so that <c>runs/1/</c> never means <c>runs/10/</c>.</param>
    /// <param name="cancel">Stops between batches; what was deleted stays deleted.</param>
    /// <returns>How many were deleted.</returns>
    public ValueTask<long> DeletePrefixAsync(string prefix, CancellationToken cancel);

    /// <summary>All blobs whose key starts with <paramref name="prefix"/> (empty: all), in the order of the keys' UTF-8 bytes.</summary>
    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancel);

    /// <summary>One level: the blobs and folders directly in a folder, in the order of the keys' UTF-8 bytes.</summary>
    /// <param name="prefix">A key followed by '/', or empty for the top.</param>
    /// <param name="cancel">Stops the listing.</param>
    public IAsyncEnumerable<BlobEntry> ListFolderAsync(string prefix, CancellationToken cancel);

    /// <summary>Copies a blob within the store, as atomic and durable as a put; null when <paramref name="from"/> does not exist.</summary>
    public ValueTask<BlobInfo?> CopyAsync(string from, string to, CancellationToken cancel);

    /// <summary>Begins an upload that the client sends to the store itself, in parts; null when the store has no such thing (files).</summary>
    /// <param name="key">Where the blob will appear when the upload is completed.</param>
    /// <param name="parts">1 to 10,000.</param>
    /// <param name="cancel">Abandons the call.</param>
    public ValueTask<BlobUpload?> CreateMultipartAsync(string key, int parts, CancellationToken cancel);

    /// <summary>Turns the uploaded parts into the blob. The hash is not known.</summary>
    /// <returns>
    /// <c>storage.upload_not_found</c>, <c>storage.invalid_parts</c>, or <c>storage.no_multipart</c> from a store without multipart.
    /// </returns>
    public ValueTask<Result<BlobInfo>> CompleteMultipartAsync(string key, string uploadId, IReadOnlyList<BlobPart> parts, CancellationToken cancel);

    /// <summary>Drops an upload and its parts; one that does not exist is no error.</summary>
    public ValueTask AbortMultipartAsync(string key, string uploadId, CancellationToken cancel);

    /// <summary>An address from which anyone may download the blob, as an attachment, for a while; null when the store has no such thing (files).</summary>
    public ValueTask<Uri?> PresignGetAsync(string key, TimeSpan lifetime, CancellationToken cancel);

    /// <summary>Null when the store can be read and written; <c>storage.blobs_unavailable</c> otherwise.</summary>
    public ValueTask<Failure?> CheckAsync(CancellationToken cancel);
}
