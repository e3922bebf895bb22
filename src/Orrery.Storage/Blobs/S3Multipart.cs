using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Orrery.Storage;

/// <summary>
/// One upload in parts, a few of them in flight. Disposing it before it is complete waits for what is in flight and aborts it,
/// so that nothing remains in the bucket. Not thread-safe.
/// </summary>
internal sealed class S3Multipart : IAsyncDisposable
{
    public const int MaxParts = 10_000;
    private const int Parallel = 3;
    private static readonly TimeSpan _abortTimeout = TimeSpan.FromSeconds(30);

    private readonly IAmazonS3 _client;
    private readonly string _bucket;
    private readonly string _key;
    private readonly string _uploadId;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop;
    private readonly Queue<Task<PartETag>> _inFlight = new(Parallel);
    private readonly List<PartETag> _sent = [];
    private int _parts;
    private bool _completed;

    private S3Multipart(IAmazonS3 client, InitiateMultipartUploadResponse begun, SemaphoreSlim slots, CancellationToken cancel)
    {
        _client = client;
        _bucket = begun.BucketName;
        _key = begun.Key;
        _uploadId = begun.UploadId;
        _slots = slots;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    /// <param name="client">Sends the requests.</param>
    /// <param name="request">Which object, with which metadata.</param>
    /// <param name="slots">Bounds the parts in flight over all uploads, and so the memory they hold.</param>
    /// <param name="cancel">Stops the whole upload.</param>
    public static async ValueTask<S3Multipart> BeginAsync(
        IAmazonS3 client, InitiateMultipartUploadRequest request, SemaphoreSlim slots, CancellationToken cancel)
    {
        var begun = await client.InitiateMultipartUploadAsync(request, cancel);
        begun.BucketName = request.BucketName;
        begun.Key = request.Key;
        return new(client, begun, slots, cancel);
    }

    /// <summary>Sends a part, which it disposes; waits while enough are in flight.</summary>
    public async ValueTask AddAsync(PartBuffer part)
    {
        try
        {
            await ReserveAsync();
        }
        catch
        {
            part.Dispose();
            throw;
        }

        _inFlight.Enqueue(SendAsync(part, ++_parts));
    }

    /// <summary>Copies a part from another object in the bucket.</summary>
    public async ValueTask AddCopyAsync(string sourceKey, long first, long last)
    {
        await ReserveAsync();
        _inFlight.Enqueue(CopyAsync(sourceKey, first, last, ++_parts));
    }

    /// <summary>Waits for all parts and makes the object of them.</summary>
    public async ValueTask CompleteAsync()
    {
        while (_inFlight.TryDequeue(out var part))
            _sent.Add(await part);
        var request = new CompleteMultipartUploadRequest { BucketName = _bucket, Key = _key, UploadId = _uploadId, PartETags = _sent };
        await _client.CompleteMultipartUploadAsync(request, _stop.Token);
        _completed = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_completed)
        {
            await _stop.CancelAsync();
            // A part that arrives after the abort would stay, so these end first; why they fail no longer matters.
            await ((Task)Task.WhenAll(_inFlight)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryAbortAsync();
        }

        _stop.Dispose();
    }

    private async ValueTask ReserveAsync()
    {
        if (_parts == MaxParts)
            throw new IOException($"'{_key}' has more than {MaxParts} parts, the most that S3 takes.");
        if (_inFlight.Count == Parallel)
            _sent.Add(await _inFlight.Dequeue());
        await _slots.WaitAsync(_stop.Token);
    }

    private async Task<PartETag> SendAsync(PartBuffer part, int number)
    {
        try
        {
            await using var stream = part.AsStream();
            var response = await _client.UploadPartAsync(
                new()
                {
                    BucketName = _bucket,
                    Key = _key,
                    UploadId = _uploadId,
                    PartNumber = number,
                    PartSize = part.Count,
                    InputStream = stream,
                    UseChunkEncoding = false,
                },
                _stop.Token);
            return new(response);
        }
        finally
        {
            part.Dispose();
            _slots.Release();
        }
    }

    private async Task<PartETag> CopyAsync(string sourceKey, long first, long last, int number)
    {
        try
        {
            var response = await _client.CopyPartAsync(
                new()
                {
                    SourceBucket = _bucket,
                    SourceKey = sourceKey,
                    FirstByte = first,
                    LastByte = last,
                    DestinationBucket = _bucket,
                    DestinationKey = _key,
                    UploadId = _uploadId,
                    PartNumber = number,
                },
                _stop.Token);
            return new(response);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async ValueTask TryAbortAsync()
    {
        using var timeout = new CancellationTokenSource(_abortTimeout);
        try
        {
            await _client.AbortMultipartUploadAsync(
                new() { BucketName = _bucket, Key = _key, UploadId = _uploadId }, timeout.Token);
        }
        catch (Exception exception) when (exception is AmazonServiceException or HttpRequestException or OperationCanceledException)
        {
            // The caller is told why the upload failed. A bucket's lifecycle rule removes what could not be aborted.
        }
    }
}
