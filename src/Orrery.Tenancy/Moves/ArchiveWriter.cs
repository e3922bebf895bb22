using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Tenancy;

/// <summary>Writes the entries of an archive one after another, and keeps one hash over the names, sizes and hashes of all of them.</summary>
internal sealed class ArchiveWriter(Stream to, DateTimeOffset at) : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private readonly IncrementalHash _entries = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Entries so far.</summary>
    public long Count { get; private set; }

    /// <summary>SHA-256 over a line for each entry so far: hash, two spaces, name, as sha256sum prints them.</summary>
    public string EntriesHash => Convert.ToHexStringLower(_entries.GetCurrentHash());

    /// <summary>The line of an entry in the hash over all entries.</summary>
    public static byte[] Line(string name, string sha256) => Encoding.ASCII.GetBytes($"{sha256}  {name}\n");

    /// <summary>Writes an entry.</summary>
    /// <param name="name">Plain: see <see cref="TarHeader"/>.</param>
    /// <param name="content">Read from where it is.</param>
    /// <param name="size">Bytes that the content has.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns>SHA-256 of the content.</returns>
    /// <exception cref="EndOfStreamException">The content is shorter.</exception>
    public async ValueTask<string> AddAsync(string name, Stream content, long size, CancellationToken cancel)
    {
        await to.WriteAsync(TarHeader.Write(name, size, at), cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var left = size; left > 0;)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancel);
                if (read == 0)
                    throw new EndOfStreamException($"{name} ended {left} bytes too early.");
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await to.WriteAsync(new byte[TarHeader.Padding(size)], cancel);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        _entries.AppendData(Line(name, sha256));
        Count++;
        return sha256;
    }

    /// <summary>Writes an entry that is in memory.</summary>
    public async ValueTask<string> AddAsync(string name, byte[] content, CancellationToken cancel)
    {
        using var stream = new MemoryStream(content, writable: false);
        return await AddAsync(name, stream, content.Length, cancel);
    }

    /// <summary>Writes the end of the archive.</summary>
    public async ValueTask EndAsync(CancellationToken cancel)
    {
        await to.WriteAsync(new byte[2 * TarHeader.Block], cancel);
        await to.FlushAsync(cancel);
    }

    public void Dispose() => _entries.Dispose();
}
