using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace Orrery.Client;

/// <summary>The body of an upload: streams a file, hashes what it sends and keeps the deadline away while bytes go.</summary>
internal sealed class FileContent : HttpContent
{
    private const int BufferSize = 128 * 1024;

    private readonly Func<Stream> _open;
    private readonly long _length;
    private readonly Deadline _deadline;
    private readonly Action<long> _moved;
    private long _sent;

    public FileContent(Func<Stream> open, long length, Deadline deadline, Action<long> moved)
    {
        _open = open;
        _length = length;
        _deadline = deadline;
        _moved = moved;
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>SHA-256 of the bytes, once they are sent.</summary>
    public string? Sha256 { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _moved(-_sent);
        _sent = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = _open();
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                hash.AppendData(buffer, 0, read);
                _sent += read;
                _moved(read);
                _deadline.Touch();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Sha256 = FileHash.Text(hash.GetHashAndReset());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
