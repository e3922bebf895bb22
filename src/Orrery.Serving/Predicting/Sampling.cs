using System.Buffers.Binary;

namespace Orrery.Serving;

/// <summary>Chooses predictions by their ids: the same choice wherever and whenever it is made.</summary>
internal static class Sampling
{
    /// <summary>A number in [0, 1) for an id.</summary>
    /// <param name="id">A UUID of version 7, whose last 62 bits are random.</param>
    /// <param name="salt">Choices with different salts are independent.</param>
    public static double Unit(Guid id, ulong salt)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (StickyHash.Mix13(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) + salt) >> 11) * (1.0 / (1UL << 53));
    }
}
