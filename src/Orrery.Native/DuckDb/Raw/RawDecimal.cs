using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>duckdb_decimal: the value times ten to the scale, as a number of 128 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct RawDecimal(byte width, byte scale, Int128 unscaled)
{
    private readonly byte _width = width;
    private readonly byte _scale = scale;
    private readonly ulong _lower = (ulong)(unscaled & ulong.MaxValue);
    private readonly long _upper = (long)(unscaled >> 64);
}
