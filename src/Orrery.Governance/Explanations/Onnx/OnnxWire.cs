using System.Buffers.Binary;
using System.Text;

namespace Orrery.Governance;

/// <summary>Reads messages of Protocol Buffers field by field.</summary>
internal ref struct OnnxWire(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;
    private int _form;

    /// <summary>The next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message is broken.</exception>
    public bool Next(out int field)
    {
        field = 0;
        if (_at >= _message.Length)
            return false;
        var tag = Varint();
        (field, _form) = ((int)(tag >> 3), (int)(tag & 7));
        return _form is 0 or 1 or 2 or 5 ? true : throw Broken();
    }

    /// <summary>A whole number.</summary>
    public long Whole() => _form == 0 ? (long)Varint() : throw Broken();

    /// <summary>A single number.</summary>
    public float Single() => _form == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw Broken();

    /// <summary>Bytes, or a message within.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_form != 2)
            throw Broken();
        var length = Varint();
        return length <= (ulong)(_message.Length - _at) ? Take((int)length) : throw Broken();
    }

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Single numbers, one or packed.</summary>
    public void Singles(List<double> into)
    {
        if (_form != 2)
        {
            into.Add(Single());
            return;
        }

        for (var packed = Bytes(); packed.Length > 0; packed = packed[4..])
            into.Add(packed.Length >= 4 ? BinaryPrimitives.ReadSingleLittleEndian(packed) : throw Broken());
    }

    /// <summary>Double numbers, one or packed.</summary>
    public void Doubles(List<double> into)
    {
        if (_form == 1)
        {
            into.Add(BinaryPrimitives.ReadDoubleLittleEndian(Take(8)));
            return;
        }

        for (var packed = Bytes(); packed.Length > 0; packed = packed[8..])
            into.Add(packed.Length >= 8 ? BinaryPrimitives.ReadDoubleLittleEndian(packed) : throw Broken());
    }

    /// <summary>Whole numbers, one or packed.</summary>
    public void Wholes(List<long> into)
    {
        if (_form == 0)
        {
            into.Add((long)Varint());
            return;
        }

        var packed = new OnnxWire(Bytes());
        while (packed._at < packed._message.Length)
            into.Add((long)packed.Varint());
    }

    /// <summary>Passes over a field.</summary>
    public void Skip()
    {
        switch (_form)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Bytes(); break;
            default: Take(4); break;
        }
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && _at < _message.Length; shift += 7)
        {
            var one = _message[_at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }

        throw Broken();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_message.Length - _at < count)
            throw Broken();
        var taken = _message.Slice(_at, count);
        _at += count;
        return taken;
    }

    private readonly InvalidDataException Broken() => new($"The file is no ONNX: it is broken at byte {_at} of a message.");
}
