using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// Blobs as objects below a prefix of an S3 bucket. A blob of less than 16 MiB is one request and keeps its SHA-256 as the
/// object's metadata; a larger one, up to 156 GiB, goes in parts while it arrives. Give the bucket a lifecycle rule that ends
/// incomplete uploads after a day: those of a server that died stay otherwise.
/// </summary>
public sealed class S3Blobs : IBlobs, IDisposable
{
    private const int PartSize = 16 * 1024 * 1024;
    private const int AllPartsInFlight = 6;
    private const long CopyPartSize = 1L << 30;
    private const string HashMetadata = "sha256";

    private readonly AmazonS3Client _client;
    private readonly S3BlobsOptions _options;
    private readonly TimeProvider _time;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly SemaphoreSlim _slots = new(AllPartsInFlight);

    /// <summary>Prepares a client; the bucket is not touched before it is used.</summary>
    /// <param name="options">Without <see cref="S3BlobsOptions.Problems"/>.</param>
    /// <param name="time">Tells when signed addresses expire.</param>
    public S3Blobs(S3BlobsOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _bucket = options.Bucket;
        _prefix = options.Prefix.Length > 0 ? options.Prefix + '/' : "";
        _client = S3Client.Create(options);
    }

    /// <summary>Largest object that one request copies, bytes; S3's limit.</summary>
    internal long LargestSingleCopy { get; init; } = 5L << 30;

    /// <summary>Size of the parts in which larger ones are copied, bytes.</summary>
    internal long CopyPart { get; init; } = CopyPartSize;

    /// <summary>Objects a request lists or deletes; 1000 is S3's limit.</summary>
    internal int Page { get; init; } = 1000;

    /// <inheritdoc/>
    public async ValueTask<BlobInfo> PutAsync(string key, Stream content, CancellationToken cancel)
    {
        BlobKey.Check(key);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var first = await PartBuffer.FillAsync(content, PartSize, hash, cancel);
            var size = first.Count < PartSize
                ? await PutWholeAsync(key, first, hash.GetCurrentHash(), cancel)
                : await PutPartsAsync(key, first, content, hash, cancel);
            return new(key, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (AmazonS3Exception exception) when (IsFull(exception))
        {
            throw new BlobStoreFullException($"No room for blob '{key}': {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BlobRead?> OpenAsync(string key, BlobRange? range, CancellationToken cancel)
    {
        BlobKey.Check(key);
        var request = new GetObjectRequest { BucketName = _bucket, Key = _prefix + key };
        if (range is { } part)
            request.ByteRange = new(part.ToHttp());
        try
        {
            var response = await _client.GetObjectAsync(request, cancel);
            var total = response.ContentLength;
            long offset = 0;
            if (ContentRangeHeaderValue.TryParse(response.ContentRange, out var answered) && answered.HasLength && answered.HasRange)
                (total, offset) = (answered.Length!.Value, answered.From!.Value);
            return new(response.ResponseStream, total, offset, response.ContentLength, localPath: null, response);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await HeadAsync(key, cancel) is { } blob ? BlobRead.Beyond(blob.Size) : null;
        }
        catch (AmazonS3Exception exception) when (IsMissing(exception))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BlobInfo?> HeadAsync(string key, CancellationToken cancel)
    {
        BlobKey.Check(key);
        try
        {
            var response = await _client.GetObjectMetadataAsync(_bucket, _prefix + key, cancel);
            return new(key, response.ContentLength, response.Metadata[HashMetadata]);
        }
        catch (AmazonS3Exception exception) when (IsMissing(exception))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string key, CancellationToken cancel)
    {
        BlobKey.Check(key);
        await _client.DeleteObjectAsync(_bucket, _prefix + key, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<long> DeletePrefixAsync(string prefix, CancellationToken cancel)
    {
        BlobKey.CheckFolder(prefix, allowTop: false);
        long deleted = 0;
        await foreach (var page in PagesAsync(prefix, delimiter: null, cancel))
        {
            if (page.S3Objects is not { Count: > 0 } objects)
                continue;
            var request = new DeleteObjectsRequest
            {
                BucketName = _bucket,
                Objects = [.. objects.Select(item => new KeyVersion { Key = item.Key })],
                Quiet = true,
            };
            await _client.DeleteObjectsAsync(request, cancel);
            deleted += objects.Count;
        }

        return deleted;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        BlobKey.CheckPrefix(prefix);
        await foreach (var page in PagesAsync(prefix, delimiter: null, cancel))
        {
            foreach (var item in page.S3Objects ?? [])
                yield return new(item.Key[_prefix.Length..], item.Size ?? 0, Sha256: null) { PutAt = item.LastModified?.ToUniversalTime() };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListFolderAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        BlobKey.CheckFolder(prefix, allowTop: true);
        await foreach (var page in PagesAsync(prefix, delimiter: "/", cancel))
        {
            var blobs = (page.S3Objects ?? []).Select(item => (item.Key, item.Size));
            var folders = (page.CommonPrefixes ?? []).Select(folder => (Key: folder, Size: (long?)null));
            foreach (var (key, size) in blobs.Concat(folders).OrderBy(entry => entry.Key, Utf8Order.Instance))
                yield return new(key[_prefix.Length..].TrimEnd('/'), size);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<BlobInfo?> CopyAsync(string from, string to, CancellationToken cancel)
    {
        BlobKey.Check(to);
        if (await HeadAsync(from, cancel) is not { } source)
            return null;
        try
        {
            if (source.Size > LargestSingleCopy)
                await CopyPartsAsync(source, to, cancel);
            else
                await _client.CopyObjectAsync(_bucket, _prefix + from, _bucket, _prefix + to, cancel);
        }
        catch (AmazonS3Exception exception) when (IsMissing(exception))
        {
            return null;
        }

        return source with { Key = to };
    }

    /// <inheritdoc/>
    public async ValueTask<BlobUpload?> CreateMultipartAsync(string key, int parts, CancellationToken cancel)
    {
        BlobKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, S3Multipart.MaxParts);
        var begun = await _client.InitiateMultipartUploadAsync(_bucket, _prefix + key, cancel);
        var expires = _time.GetUtcNow() + _options.UploadLifetime;
        var urls = new Uri[parts];
        for (var index = 0; index < parts; index++)
        {
            var request = Presigned(key, HttpVerb.PUT, expires);
            request.UploadId = begun.UploadId;
            request.PartNumber = index + 1;
            urls[index] = new(await _client.GetPreSignedURLAsync(request));
        }

        return new(begun.UploadId, urls, expires);
    }

    /// <inheritdoc/>
    public async ValueTask<Result<BlobInfo>> CompleteMultipartAsync(
        string key, string uploadId, IReadOnlyList<BlobPart> parts, CancellationToken cancel)
    {
        BlobKey.Check(key);
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _bucket,
            Key = _prefix + key,
            UploadId = uploadId,
            PartETags = [.. parts.OrderBy(part => part.Number).Select(part => new PartETag(part.Number, part.ETag))],
        };
        try
        {
            await _client.CompleteMultipartUploadAsync(request, cancel);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            return Failure.NotFound("storage.upload_not_found", $"There is no upload '{uploadId}' of '{key}'.");
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.BadRequest)
        {
            return Failure.Invalid("storage.invalid_parts", $"The parts of '{key}' do not make a blob: {exception.Message}");
        }

        return await HeadAsync(key, cancel)
            ?? throw new IOException($"The blob '{key}' is gone right after its upload was completed.");
    }

    /// <inheritdoc/>
    public async ValueTask AbortMultipartAsync(string key, string uploadId, CancellationToken cancel)
    {
        BlobKey.Check(key);
        try
        {
            await _client.AbortMultipartUploadAsync(_bucket, _prefix + key, uploadId, cancel);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            // Aborted or completed before.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Uri?> PresignGetAsync(string key, TimeSpan lifetime, CancellationToken cancel)
    {
        BlobKey.Check(key);
        var request = Presigned(key, HttpVerb.GET, _time.GetUtcNow() + lifetime);
        var name = Uri.EscapeDataString(key[(key.LastIndexOf('/') + 1)..]);
        // What users uploaded is downloaded, never shown by a browser in the bucket's name.
        request.ResponseHeaderOverrides.ContentDisposition = $"attachment; filename*=UTF-8''{name}";
        request.ResponseHeaderOverrides.ContentType = "application/octet-stream";
        return new(await _client.GetPreSignedURLAsync(request));
    }

    /// <inheritdoc/>
    public async ValueTask<Failure?> CheckAsync(CancellationToken cancel)
    {
        try
        {
            await _client.ListObjectsV2Async(new() { BucketName = _bucket, Prefix = _prefix, MaxKeys = 1 }, cancel);
            return null;
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or HttpRequestException or TaskCanceledException
            && !cancel.IsCancellationRequested)
        {
            return Failure.Unavailable("storage.blobs_unavailable", $"The bucket '{_bucket}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }

    private async ValueTask<long> PutWholeAsync(string key, PartBuffer content, byte[] sha256, CancellationToken cancel)
    {
        using (content)
        {
            var request = new PutObjectRequest
            {
                BucketName = _bucket,
                Key = _prefix + key,
                InputStream = content.AsStream(),
                ChecksumSHA256 = Convert.ToBase64String(sha256),
                UseChunkEncoding = false,
            };
            request.Metadata[HashMetadata] = Convert.ToHexStringLower(sha256);
            await _client.PutObjectAsync(request, cancel);
            return content.Count;
        }
    }

    private async ValueTask<long> PutPartsAsync(
        string key, PartBuffer first, Stream content, IncrementalHash hash, CancellationToken cancel)
    {
        var part = first;
        try
        {
            await using var upload = await BeginAsync(key, sha256: null, cancel);
            long size = 0;
            while (part.Count > 0)
            {
                size += part.Count;
                await upload.AddAsync(part);
                part = await PartBuffer.FillAsync(content, PartSize, hash, cancel);
            }

            await upload.CompleteAsync();
            return size;
        }
        finally
        {
            // The last part is here; others belong to the upload, which has ended, and are disposed already.
            part.Dispose();
        }
    }

    private async ValueTask CopyPartsAsync(BlobInfo source, string to, CancellationToken cancel)
    {
        await using var upload = await BeginAsync(to, source.Sha256, cancel);
        for (long first = 0; first < source.Size; first += CopyPart)
            await upload.AddCopyAsync(_prefix + source.Key, first, Math.Min(first + CopyPart, source.Size) - 1);
        await upload.CompleteAsync();
    }

    private ValueTask<S3Multipart> BeginAsync(string key, string? sha256, CancellationToken cancel)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = _prefix + key };
        if (sha256 is not null)
            request.Metadata[HashMetadata] = sha256;
        return S3Multipart.BeginAsync(_client, request, _slots, cancel);
    }

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = _bucket,
            Prefix = _prefix + prefix,
            Delimiter = delimiter,
            MaxKeys = Page,
        };
        do
        {
            var page = await _client.ListObjectsV2Async(request, cancel);
            yield return page;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private GetPreSignedUrlRequest Presigned(string key, HttpVerb verb, DateTimeOffset expires) => new()
    {
        BucketName = _bucket,
        Key = _prefix + key,
        Verb = verb,
        Expires = expires.UtcDateTime,
        Protocol = _options.UsesHttp ? Protocol.HTTP : Protocol.HTTPS,
    };

    private static bool IsMissing(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket";

    /// <summary>As MinIO, Ceph and others say it; Amazon's has no end.</summary>
    private static bool IsFull(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.InsufficientStorage || exception.ErrorCode is "XMinioStorageFull" or "QuotaExceeded";
}
