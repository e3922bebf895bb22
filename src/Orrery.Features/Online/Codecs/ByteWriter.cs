using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Orrery.Features;

/// <summary>Bytes put together in a pooled buffer; JSON too, by somebody who knows its shape: no nesting is checked. Not thread-safe.</summary>
internal sealed class ByteWriter : IBufferWriter<byte>, IDisposable
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(static b => (byte)b), (byte)'"', (byte)'\\']);
    private byte[] _bytes;
    private int _length;

    public ByteWriter(int capacity = 4096) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length => _length;

    public int Capacity => _bytes.Length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Empties it and keeps the memory.</summary>
    public void Clear() => _length = 0;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_length);
    }

    /// <summary>Appends bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Raw(byte one)
    {
        Ensure(1);
        _bytes[_length++] = one;
    }

    public void Number(long value)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    /// <summary>A number that always looks like a fraction (<c>5.0</c>), as Python writes it; <c>null</c> for what JSON has no number for.</summary>
    public void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Raw("null"u8);
            return;
        }

        Ensure(32);
        value.TryFormat(_bytes.AsSpan(_length), out var written, provider: CultureInfo.InvariantCulture);
        var text = _bytes.AsSpan(_length, written);
        _length += written;
        if (text.IndexOfAny((byte)'.', (byte)'E') < 0)
            Raw(".0"u8);
    }

    public void Base64(ReadOnlySpan<byte> value)
    {
        var longest = Base64Encoded(value.Length) + 2;
        Ensure(longest);
        _bytes[_length++] = (byte)'"';
        System.Buffers.Text.Base64.EncodeToUtf8(value, _bytes.AsSpan(_length), out _, out var written);
        _length += written;
        _bytes[_length++] = (byte)'"';
    }

    public void Text(string value)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            Text(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A text, quoted and escaped.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public void Text(scoped ReadOnlySpan<byte> utf8)
    {
        Raw((byte)'"');
        while (utf8.IndexOfAny(Escaped) is var at and >= 0)
        {
            Raw(utf8[..at]);
            Escape(utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        Raw(utf8);
        Raw((byte)'"');
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private static int Base64Encoded(int length) => (int)Math.Min(int.MaxValue, (length + 2L) / 3 * 4);

    private void Escape(byte one)
    {
        switch (one)
        {
            case (byte)'"': Raw("\\\""u8); return;
            case (byte)'\\': Raw("\\\\"u8); return;
            case (byte)'\n': Raw("\\n"u8); return;
            case (byte)'\r': Raw("\\r"u8); return;
            case (byte)'\t': Raw("\\t"u8); return;
            case (byte)'\b': Raw("\\b"u8); return;
            case (byte)'\f': Raw("\\f"u8); return;
            default:
                Raw("\\u00"u8);
                Raw("0123456789abcdef"u8[one >> 4]);
                Raw("0123456789abcdef"u8[one & 15]);
                return;
        }
    }

    private void Ensure(int more)
    {
        if (_bytes.Length - _length >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, checked(_length + more)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
