using System.Buffers.Binary;

namespace Orrery.Features;

/// <summary>Reads a record's content field by field; each says false at the end of it.</summary>
internal ref struct LogFields(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    public bool TryByte(out byte value)
    {
        value = _rest.IsEmpty ? default : _rest[0];
        if (_rest.IsEmpty)
            return false;
        _rest = _rest[1..];
        return true;
    }

    public bool TryInt(out int value)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(_rest, out value))
            return false;
        _rest = _rest[4..];
        return true;
    }

    public bool TryLong(out long value)
    {
        if (!BinaryPrimitives.TryReadInt64LittleEndian(_rest, out value))
            return false;
        _rest = _rest[8..];
        return true;
    }

    public bool TryBytes(out byte[] value)
    {
        value = [];
        if (!TryInt(out var length) || length < 0 || length > _rest.Length)
            return false;
        value = _rest[..length].ToArray();
        _rest = _rest[length..];
        return true;
    }
}
