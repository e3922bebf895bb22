using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>duckdb_string_t: the length, then up to 12 bytes in place, or 4 of them and the address of all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct RawString
{
    /// <summary>The longest that stands in place.</summary>
    public const int MaxInline = 12;

    [FieldOffset(0)]
    private uint _length;

    [FieldOffset(4)]
    private fixed byte _inline[MaxInline];

    [FieldOffset(8)]
    private readonly byte* _address;

    /// <summary>Its bytes, where they are: valid as long as the vector that holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Read(RawString* text) =>
        new(text->_length <= MaxInline ? text->_inline : text->_address, (int)text->_length);

    /// <summary>Writes one of up to <see cref="MaxInline"/> bytes. The rest is zeros, since DuckDB compares whole words.</summary>
    public static void WriteInline(RawString* text, ReadOnlySpan<byte> bytes)
    {
        *text = default;
        text->_length = (uint)bytes.Length;
        bytes.CopyTo(new Span<byte>(text->_inline, MaxInline));
    }
}
