using System.Buffers.Binary;

namespace Orrery.Serving;

/// <summary>Ids of predictions: UUIDs of version 7, which begin with their time.</summary>
internal static class PredictionIds
{
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
