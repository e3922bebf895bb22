using Amazon.Runtime;
using Amazon.S3;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>An object of a bucket.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">Changes with its content.</param>
public sealed record BucketObject(string Key, long Size, string ETag);

/// <summary>Reads buckets that are not the server's own, with the credentials of the blob store. Thread-safe.</summary>
public sealed class Buckets : IDisposable
{
    private readonly Lazy<AmazonS3Client> _client;

    /// <summary>Prepares a client; nothing is touched before it is used.</summary>
    public Buckets(BlobsOptions options) => _client = new(() => S3Client.Create(options.S3));

    /// <summary>The objects whose keys begin so, in the order of their keys; <c>storage.bucket_unavailable</c>.</summary>
    public async ValueTask<Result<List<BucketObject>>> ListAsync(string bucket, string prefix, int most, CancellationToken cancel)
    {
        var found = new List<BucketObject>();
        string? next = null;
        try
        {
            do
            {
                var page = await _client.Value.ListObjectsV2Async(new() { BucketName = bucket, Prefix = prefix, ContinuationToken = next }, cancel);
                foreach (var one in page.S3Objects ?? [])
                    found.Add(new(one.Key, one.Size ?? 0, (one.ETag ?? "").Trim('"')));
                next = page.NextContinuationToken;
            }
            while (next is not null && found.Count < most);
            return found;
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            return Failure.Unavailable("storage.bucket_unavailable", $"The bucket {bucket} cannot be read: {e.Message}");
        }
    }

    /// <summary>Writes an object to a stream.</summary>
    /// <exception cref="IOException">It is gone, has changed meanwhile, or cannot be read.</exception>
    public async Task DownloadAsync(string bucket, BucketObject one, Stream to, CancellationToken cancel)
    {
        try
        {
            using var answer = await _client.Value.GetObjectAsync(new() { BucketName = bucket, Key = one.Key, EtagToMatch = one.ETag }, cancel);
            await answer.ResponseStream.CopyToAsync(to, 1 << 20, cancel);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            throw new IOException($"s3://{bucket}/{one.Key} cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }
}
