using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Orrery.Serving;

/// <summary>
/// Reads a Protocol Buffers message where it lies, field by field. Used for inference requests, whose tensors would otherwise be copied twice, and which
/// in objects can take fifty times their size.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int DeepestGroup = 32;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Where the next byte is read.</summary>
    public readonly int At => _at;

    public readonly bool IsAtEnd => _at >= _message.Length;

    /// <summary>The next field's number and form; false at the end.</summary>
    /// <exception cref="TensorException">There is no such field.</exception>
    public bool Next(out int field, out WireType type)
    {
        (field, type) = (0, default);
        if (IsAtEnd)
            return false;
        var tag = Varint();
        (field, type) = ((int)(tag >> 3), (WireType)(int)(tag & 7));
        return tag <= uint.MaxValue && field > 0 && type is <= WireType.Fixed32 ? true : throw Broken();
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (IsAtEnd)
                throw Broken();
            var one = _message[_at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }

        throw Broken();
    }

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The bytes of a field of the form <see cref="WireType.Bytes"/>.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        return length <= (ulong)(_message.Length - _at) ? Take((int)length) : throw Broken();
    }

    /// <summary>The text of a field.</summary>
    public string Text(WireType type, string field)
    {
        Expect(type, WireType.Bytes, field);
        var utf8 = Bytes();
        return Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new TensorException($"The field {field} is no text in UTF-8.");
    }

    /// <summary>The field has the form that it must have.</summary>
    public static void Expect(WireType given, WireType wanted, string field)
    {
        if (given != wanted)
            throw new TensorException($"The field {field} has the form {given} of Protocol Buffers; it must be {wanted}.");
    }

    /// <summary>Passes over a field of no interest.</summary>
    public void Skip(WireType type, int depth = 0)
    {
        switch (type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            case WireType.StartGroup when depth < DeepestGroup:
                while (Next(out _, out var inside) && inside is not WireType.EndGroup)
                    Skip(inside, depth + 1);
                break;
            default:
                throw Broken();
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_message.Length - _at < count)
            throw Broken();
        var taken = _message.Slice(_at, count);
        _at += count;
        return taken;
    }

    private readonly TensorException Broken() => new($"The message is no Protocol Buffers message of the method's type: it is broken at byte {_at}.");
}
