namespace Orrery.Storage;

/// <summary>An opened blob, or a range of it. Disposing it closes the stream.</summary>
public sealed class BlobRead : IAsyncDisposable
{
    private readonly IDisposable? _owner;

    internal BlobRead(Stream stream, long total, long offset, long count, string? localPath, IDisposable? owner = null)
    {
        Stream = stream;
        Total = total;
        Offset = offset;
        Count = count;
        LocalPath = localPath;
        _owner = owner;
    }

    /// <summary>The bytes asked for, from the first to the last. Empty when the range is beyond the end.</summary>
    public Stream Stream { get; }

    /// <summary>Size of the whole blob, bytes.</summary>
    public long Total { get; }

    /// <summary>Where in the blob the stream begins.</summary>
    public long Offset { get; }

    /// <summary>Bytes in the stream.</summary>
    public long Count { get; }

    /// <summary>True when a range was asked for that has no byte of the blob (HTTP 416).</summary>
    public bool BeyondEnd { get; private init; }

    /// <summary>
    /// The whole blob's file, for sending it without a copy; null from S3. Unlike the stream it names what is stored now,
    /// so use it only for blobs that are not replaced.
    /// </summary>
    public string? LocalPath { get; }

    /// <summary>Content that is in memory, or a range of it.</summary>
    public static BlobRead Of(byte[] content, BlobRange? range)
    {
        if (range is not { } part)
            return new(new MemoryStream(content, writable: false), content.Length, 0, content.Length, localPath: null);
        return part.Within(content.Length) is var (offset, count)
            ? new(new MemoryStream(content, (int)offset, (int)count, writable: false), content.Length, offset, count, localPath: null)
            : Beyond(content.Length);
    }

    internal static BlobRead Beyond(long total) => new(Stream.Null, total, total, 0, localPath: null) { BeyondEnd = true };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        _owner?.Dispose();
    }
}
