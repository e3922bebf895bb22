namespace Orrery.Web;

/// <summary>
/// Reads the fields of a protobuf message (its wire format) that nobody has vouched for, or only the begin of one: what goes beyond the bytes is cut and told.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private const int MostVarint = 10;
    private ReadOnlySpan<byte> _left = bytes;
    private int _wire;

    /// <summary>Whether the message went on beyond the bytes, or was none.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the field holds bytes: a text, a message, a packed list.</summary>
    public readonly bool HoldsBytes => _wire == 2;

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_left.IsEmpty || IsCut)
            return false;
        var tag = Varint();
        (Field, _wire) = ((int)((tag >> 3) & 0x1FFFFFFF), (int)(tag & 7));
        if (Field == 0 || _wire is 3 or 4 or > 5)
            IsCut = true;
        return !IsCut;
    }

    /// <summary>The field's bytes; as many as there are.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_wire != 2)
        {
            Skip();
            return [];
        }

        var length = Varint();
        if (length > (ulong)_left.Length)
        {
            IsCut = true;
            length = (ulong)_left.Length;
        }

        var taken = _left[..(int)length];
        _left = _left[(int)length..];
        return taken;
    }

    /// <summary>The field's whole number; 0 for other fields.</summary>
    public long Number()
    {
        if (_wire == 0)
            return (long)Varint();
        Skip();
        return 0;
    }

    /// <summary>Passes the field over.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(sizeof(ulong));
                break;
            case 2:
                Bytes();
                break;
            default:
                Take(sizeof(uint));
                break;
        }
    }

    private void Take(int count)
    {
        if (count > _left.Length)
        {
            IsCut = true;
            _left = [];
            return;
        }

        _left = _left[count..];
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var at = 0; at < Math.Min(MostVarint, _left.Length); at++)
        {
            value |= (ulong)(_left[at] & 0x7F) << (7 * at);
            if ((_left[at] & 0x80) != 0)
                continue;
            _left = _left[(at + 1)..];
            return value;
        }

        IsCut = true;
        _left = [];
        return 0;
    }
}
