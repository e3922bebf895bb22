using System.Security.Cryptography;
using Orrery.Storage;

namespace Orrery.Tests.Integration;

/// <summary>A stream of known bytes that exists only while it is read, in pieces of uneven size, as a network gives it.</summary>
/// <param name="length">Bytes.</param>
/// <param name="seed">Two streams of one seed are equal.</param>
internal sealed class Bytes(long length, byte seed = 1) : Stream
{
    private const int Period = 65_521;
    private const int LargestPiece = 50_021;
    private readonly byte[] _pattern = PatternOf(seed);
    private long _position;

    /// <summary>Called with the position before each read.</summary>
    public Action<long>? Reading { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>The SHA-256 of such a stream, computed apart from the store.</summary>
    public static string Sha256(long length, byte seed = 1)
    {
        using var stream = new Bytes(length, seed);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>All bytes of such a stream.</summary>
    public static byte[] Whole(int length, byte seed = 1)
    {
        var pattern = PatternOf(seed);
        var whole = new byte[length];
        for (var index = 0; index < length; index++)
            whole[index] = pattern[index % Period];
        return whole;
    }

    public static async Task<byte[]> ReadAllAsync(BlobRead? read, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        await using (read)
        {
            using var copy = new MemoryStream();
            await read.Stream.CopyToAsync(copy, cancel);
            return copy.ToArray();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        Reading?.Invoke(_position);
        var start = (int)(_position % Period);
        var count = (int)Math.Min(Math.Min(buffer.Length, Math.Min(LargestPiece, Period - start)), length - _position);
        _pattern.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] PatternOf(byte seed)
    {
        var pattern = new byte[Period];
        new Random(seed).NextBytes(pattern);
        return pattern;
    }
}
