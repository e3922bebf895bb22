using System.Buffers.Binary;
using System.Numerics;

namespace Orrery.Features;

/// <summary>MurmurHash3, x86, 32 bits, seed 0 (Austin Appleby, public domain): what Feast names its Redis fields by.</summary>
internal static class Murmur3
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;

    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0u;
        var length = (uint)bytes.Length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            hash ^= Scramble(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            hash = BitOperations.RotateLeft(hash, 13) * 5 + 0xe6546b64;
        }

        var tail = 0u;
        for (var at = bytes.Length - 1; at >= 0; at--)
            tail = (tail << 8) | bytes[at];
        hash ^= Scramble(tail);
        hash ^= length;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    private static uint Scramble(uint block) => BitOperations.RotateLeft(block * C1, 15) * C2;
}
