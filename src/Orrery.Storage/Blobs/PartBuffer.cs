using System.Buffers;
using System.Security.Cryptography;

namespace Orrery.Storage;

/// <summary>A rented buffer holding the next part of a stream. It grows with what arrives, so that small blobs hold little.</summary>
internal sealed class PartBuffer : IDisposable
{
    private const int FirstSize = 64 * 1024;
    private const int Growth = 4;
    private byte[] _bytes;

    private PartBuffer(int size) => _bytes = ArrayPool<byte>.Shared.Rent(size);

    public int Count { get; private set; }

    /// <summary>Reads until <paramref name="limit"/> bytes or the end, adding them to the hash.</summary>
    public static async ValueTask<PartBuffer> FillAsync(Stream content, int limit, IncrementalHash hash, CancellationToken cancel)
    {
        var part = new PartBuffer(Math.Min(FirstSize, limit));
        try
        {
            while (await part.ReadMoreAsync(content, limit, cancel))
                part.Grow(limit);
            hash.AppendData(part._bytes, 0, part.Count);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    /// <summary>A stream over the part, good until the buffer is disposed.</summary>
    public MemoryStream AsStream() => new(_bytes, 0, Count, writable: false);

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Count = 0;
    }

    /// <summary>True when the buffer was filled and there is room for more below the limit.</summary>
    private async ValueTask<bool> ReadMoreAsync(Stream content, int limit, CancellationToken cancel)
    {
        var room = _bytes.AsMemory(Count, Math.Min(_bytes.Length, limit) - Count);
        var read = await content.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancel);
        Count += read;
        return read == room.Length && Count < limit;
    }

    private void Grow(int limit)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_bytes.Length * Growth, limit));
        _bytes.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
