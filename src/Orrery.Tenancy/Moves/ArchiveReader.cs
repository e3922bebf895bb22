using System.Security.Cryptography;

namespace Orrery.Tenancy;

/// <summary>Reads the entries of an archive one after another, and hashes what it reads. What comes in is not trusted.</summary>
internal sealed class ArchiveReader(Stream from) : IDisposable
{
    private readonly IncrementalHash _entries = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private EntryStream? _open;

    /// <summary>Entries that were read to their end.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>As <see cref="ArchiveWriter.EntriesHash"/>, of the entries that were read to their end.</summary>
    public string EntriesHash => Convert.ToHexStringLower(_entries.GetCurrentHash());

    /// <summary>Name of the entry at hand.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Bytes of the entry at hand.</summary>
    public long Size { get; private set; }

    /// <summary>Content of the entry at hand.</summary>
    public Stream Content => _open ?? throw new InvalidOperationException("No entry is at hand.");

    /// <summary>SHA-256 of the entry before, once the next one is at hand or it was finished.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Goes to the next entry; false at the archive's end.</summary>
    /// <exception cref="ArchiveException">It breaks off, or holds something else.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        await FinishAsync(cancel);
        var header = new byte[TarHeader.Block];
        await FillAsync(header, cancel);
        if (TarHeader.Read(header) is not var (name, size))
        {
            await EndAsync(header, cancel);
            return false;
        }

        (Name, Size) = (name, size);
        _open = new EntryStream(this, size);
        return true;
    }

    /// <summary>Reads the rest of the entry at hand, so that its hash is known.</summary>
    /// <exception cref="ArchiveException">It breaks off.</exception>
    public async ValueTask FinishAsync(CancellationToken cancel)
    {
        if (_open is null)
            return;
        var buffer = new byte[64 * 1024];
        while (await _open.ReadAsync(buffer, cancel) > 0)
        {
            // Only for its hash.
        }

        await FillAsync(new byte[TarHeader.Padding(Size)], cancel);
        Sha256 = _open.Hash();
        _entries.AppendData(ArchiveWriter.Line(Name, Sha256));
        _open.Dispose();
        _open = null;
        Count++;
    }

    public void Dispose()
    {
        _open?.Dispose();
        _entries.Dispose();
    }

    private async ValueTask EndAsync(byte[] block, CancellationToken cancel)
    {
        await FillAsync(block, cancel);
        if (block.AsSpan().IndexOfAnyExcept((byte)0) >= 0 || await from.ReadAsync(block.AsMemory(0, 1), cancel) != 0)
            throw new ArchiveException("It goes on after its end.");
    }

    private async ValueTask FillAsync(byte[] buffer, CancellationToken cancel)
    {
        var read = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        Position += read;
        if (read < buffer.Length)
            throw new ArchiveException($"It breaks off after {Position} bytes. Export the workspace again, or copy the file again.");
    }

    private sealed class EntryStream(ArchiveReader reader, long size) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => size;

        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read == size || buffer.Length == 0)
                return 0;
            var read = await reader.ReadAsync(buffer[..(int)Math.Min(buffer.Length, size - _read)], cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            _read += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
            // Nothing is written to it.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        var read = await from.ReadAsync(buffer, cancel);
        Position += read;
        return read > 0 ? read : throw new ArchiveException($"It breaks off after {Position} bytes. Export the workspace again, or copy the file again.");
    }
}
