using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Orrery.Serving;

/// <summary>Ids of predictions: UUIDs of version 7 (RFC 9562, section 5.7), which begin with their time.</summary>
internal static class PredictionIds
{
    private const int Size = 16;
    private const int AtOnce = 64;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    /// <summary>An id that nobody has. Random bytes are asked of the system for many at once: each question is a system call.</summary>
    /// <param name="at">When the prediction was answered.</param>
    public static Guid New(DateTimeOffset at)
    {
        if (_random is not { } random || _used == random.Length)
        {
            random = _random ??= new byte[Size * AtOnce];
            RandomNumberGenerator.Fill(random);
            _used = 0;
        }

        var id = random.AsSpan(_used, Size);
        _used += Size;
        var version = (byte)((id[6] & 0x0f) | 0x70);
        BinaryPrimitives.WriteInt64BigEndian(id, (at.ToUnixTimeMilliseconds() << 16) | (long)version << 8 | id[7]);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>The id of a text, with dashes or without; null when it is none.</summary>
    public static Guid? Parse(string text) =>
        text.Length is 32 or 36 && (Guid.TryParseExact(text, "N", out var id) || Guid.TryParseExact(text, "D", out id)) && id.Version == 7 ? id : null;

    /// <summary>When it was made, to the millisecond.</summary>
    public static DateTimeOffset Time(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }
}
