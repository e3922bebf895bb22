using System.Buffers.Binary;
using System.Numerics;

namespace Orrery.Native;

/// <summary>DuckDB's wide numbers in .NET's types and back.</summary>
internal static class Numbers
{
    private const int MaxDecimalScale = 28;

    /// <summary>A <see cref="decimal"/>, or a <see cref="DuckDecimal"/> when that is too small.</summary>
    public static object FromDecimal(Int128 unscaled, byte scale)
    {
        var size = UInt128.CreateTruncating(Int128.IsNegative(unscaled) ? -unscaled : unscaled);
        if (scale > MaxDecimalScale || size >> 96 != UInt128.Zero)
            return new DuckDecimal((BigInteger)unscaled, scale);
        return new decimal((int)(uint)(size & uint.MaxValue), (int)(uint)((size >> 32) & uint.MaxValue), (int)(uint)(size >> 64), Int128.IsNegative(unscaled), scale);
    }

    public static RawDecimal ToDecimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        _ = decimal.GetBits(value, bits);
        var size = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        var unscaled = decimal.IsNegative(value) ? -(Int128)size : (Int128)size;
        return new((byte)Math.Max(Digits(size), Math.Max((int)value.Scale, 1)), value.Scale, unscaled);
    }

    public static Guid ToGuid(UInt128 stored)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, stored ^ (UInt128.One << 127));
        return new(bytes, bigEndian: true);
    }

    /// <summary>As the functions take it that make a value; a vector has the topmost bit flipped.</summary>
    public static RawHugeInt FromGuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = value.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>A BIGNUM: three bytes of length whose topmost bit says positive, then the digits, all inverted when it is negative.</summary>
    public static BigInteger FromBigNum(ReadOnlySpan<byte> stored)
    {
        const int Header = 3;
        var digits = stored[Header..];
        if ((stored[0] & 0x80) != 0)
            return new(digits, isUnsigned: true, isBigEndian: true);
        Span<byte> inverted = digits.Length <= 256 ? stackalloc byte[digits.Length] : new byte[digits.Length];
        for (var i = 0; i < digits.Length; i++)
            inverted[i] = (byte)~digits[i];
        return -new BigInteger(inverted, isUnsigned: true, isBigEndian: true);
    }

    private static int Digits(UInt128 value)
    {
        var digits = 0;
        for (; value != 0; value /= 10)
            digits++;
        return digits;
    }
}
