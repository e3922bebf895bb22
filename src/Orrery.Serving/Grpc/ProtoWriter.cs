using System.Buffers;
using System.Numerics;
using System.Text;

namespace Orrery.Serving;

/// <summary>Writes fields of Protocol Buffers messages, and knows their sizes before.</summary>
internal static class ProtoWriter
{
    public static int Size(ulong varint) => ((BitOperations.Log2(varint | 1) * 9) + 73) / 64;

    /// <summary>Size of a field of bytes: its tag of one byte, its length, and them.</summary>
    public static long SizeOfBytes(long length) => 1 + Size((ulong)length) + length;

    /// <summary>Size of a field of text; none when it is empty.</summary>
    public static long SizeOfText(string text) => text.Length == 0 ? 0 : SizeOfBytes(Encoding.UTF8.GetByteCount(text));

    public static void Varint(IBufferWriter<byte> output, ulong value)
    {
        var room = output.GetSpan(10);
        var written = 0;
        while (value >= 0x80)
        {
            room[written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[written++] = (byte)value;
        output.Advance(written);
    }

    /// <summary>Begins a field of bytes, which the caller writes.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="field">Its number, below 16.</param>
    /// <param name="length">How many follow.</param>
    public static void Begin(IBufferWriter<byte> output, int field, long length)
    {
        Varint(output, ((ulong)field << 3) | (ulong)WireType.Bytes);
        Varint(output, (ulong)length);
    }

    public static void Text(IBufferWriter<byte> output, int field, string text)
    {
        if (text.Length == 0)
            return;
        Begin(output, field, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }
}
