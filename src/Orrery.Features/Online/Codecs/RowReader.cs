using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Orrery.Features;

/// <summary>Single values of a stored row, without decoding the others. What the bytes say is never trusted: a value that cannot be is damage.</summary>
internal readonly ref struct RowReader
{
    private readonly RowLayout _layout;
    private readonly ReadOnlySpan<byte> _blob;

    private RowReader(RowLayout layout, ReadOnlySpan<byte> blob)
    {
        _layout = layout;
        _blob = blob;
    }

    /// <summary>Opens a row; false for bytes that are not a row of this layout: another form, a wrong checksum, another number of fields.</summary>
    public static bool TryOpen(RowLayout layout, ReadOnlySpan<byte> blob, out RowReader row)
    {
        row = new(layout, blob);
        return blob.Length >= layout.VariableStart
            && blob[0] == RowLayout.Format
            && BinaryPrimitives.ReadUInt16LittleEndian(blob[5..]) == layout.Count
            && BinaryPrimitives.ReadUInt32LittleEndian(blob[1..]) == Crc32C.Of(blob[5..]);
    }

    /// <summary>Opens a row that was found whole before (<see cref="TryOpen"/>).</summary>
    public static RowReader Whole(RowLayout layout, ReadOnlySpan<byte> blob) => new(layout, blob);

    public bool IsNull(int field) => (_blob[RowLayout.HeaderBytes + (field >> 3)] & (1 << (field & 7))) != 0;

    /// <summary>Reads a value; false when it is damaged.</summary>
    public bool TryGet(int field, out FeatureValue value)
    {
        value = default;
        if (IsNull(field))
            return true;
        var type = _layout.TypeOf(field);
        if (!RowLayout.IsVariable(type))
        {
            value = Fixed(type.Kind, _blob[_layout.SlotOf(field)..]);
            return true;
        }

        if (!TryVariable(field, out var bytes))
            return false;
        return type.IsList ? TryList(type.Kind, bytes, out value) : TrySingle(type.Kind, bytes, out value);
    }

    /// <summary>Writes a value as Feast's server does (whole numbers as numbers, float32 widened, moments as seconds, bytes in base64).</summary>
    /// <returns>False, and <c>null</c> written, when it is damaged, or a float that JSON has no number for.</returns>
    public bool WriteJson(int field, ByteWriter json)
    {
        if (IsNull(field))
        {
            json.Raw("null"u8);
            return true;
        }

        var type = _layout.TypeOf(field);
        if (!RowLayout.IsVariable(type))
            return WriteFixed(type.Kind, _blob[_layout.SlotOf(field)..], json);
        if (!type.IsList && TryVariable(field, out var bytes) && (type.Kind is FeatureKind.Bytes || Utf8.IsValid(bytes)))
        {
            if (type.Kind is FeatureKind.Bytes)
                json.Base64(bytes);
            else
                json.Text(bytes);
            return true;
        }

        if (type.IsList && TryGet(field, out var list))
            return FeatureJson.Write(json, list);
        json.Raw("null"u8);
        return false;
    }

    private static bool WriteFixed(FeatureKind kind, ReadOnlySpan<byte> slot, ByteWriter json)
    {
        switch (kind)
        {
            case FeatureKind.Float64:
                var number = BinaryPrimitives.ReadDoubleLittleEndian(slot);
                json.Number(number);
                return double.IsFinite(number);
            case FeatureKind.Float32:
                var single = BinaryPrimitives.ReadSingleLittleEndian(slot);
                json.Number((double)single);
                return float.IsFinite(single);
            default:
                return FeatureJson.Write(json, Fixed(kind, slot));
        }
    }

    private static FeatureValue Fixed(FeatureKind kind, ReadOnlySpan<byte> slot) => kind switch
    {
        FeatureKind.Bool => FeatureValue.Bool(slot[0] != 0),
        FeatureKind.Int32 => FeatureValue.Int32(BinaryPrimitives.ReadInt32LittleEndian(slot)),
        FeatureKind.Int64 => FeatureValue.Int64(BinaryPrimitives.ReadInt64LittleEndian(slot)),
        FeatureKind.Float32 => FeatureValue.Float32(BinaryPrimitives.ReadSingleLittleEndian(slot)),
        FeatureKind.Float64 => FeatureValue.Float64(BinaryPrimitives.ReadDoubleLittleEndian(slot)),
        FeatureKind.UnixTimestamp => FeatureValue.Timestamp(BinaryPrimitives.ReadInt64LittleEndian(slot)),
        _ => FeatureValue.Uuid(new Guid(slot[..16], bigEndian: true)),
    };

    private bool TryVariable(int field, out ReadOnlySpan<byte> bytes)
    {
        var end = BinaryPrimitives.ReadInt32LittleEndian(_blob[_layout.SlotOf(field)..]);
        var start = 0;
        for (var before = field - 1; before >= 0; before--)
        {
            if (!RowLayout.IsVariable(_layout.TypeOf(before)))
                continue;
            start = BinaryPrimitives.ReadInt32LittleEndian(_blob[_layout.SlotOf(before)..]);
            break;
        }

        bytes = default;
        if (start < 0 || end < start || end > _blob.Length - _layout.VariableStart)
            return false;
        bytes = _blob.Slice(_layout.VariableStart + start, end - start);
        return true;
    }

    private static bool TrySingle(FeatureKind kind, ReadOnlySpan<byte> bytes, out FeatureValue value)
    {
        value = default;
        if (kind is FeatureKind.Bytes)
        {
            value = FeatureValue.Bytes(bytes.ToArray());
            return true;
        }

        if (!Utf8.IsValid(bytes))
            return false;
        var text = Encoding.UTF8.GetString(bytes);
        value = kind switch
        {
            FeatureKind.Decimal => FeatureValue.Decimal(text),
            FeatureKind.Json => FeatureValue.Json(text),
            _ => FeatureValue.String(text),
        };
        return true;
    }

    private static bool TryList(FeatureKind kind, ReadOnlySpan<byte> bytes, out FeatureValue value)
    {
        value = default;
        if (bytes.Length < 4)
            return false;
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var size = RowLayout.FixedBytes(kind);
        var least = 4 + (count + 7L) / 8 + (long)count * Math.Max(size, 4);
        if (count < 0 || (size > 0 ? 4 + (count + 7L) / 8 + (long)count * size != bytes.Length : least > bytes.Length))
            return false;
        var bitmap = bytes.Slice(4, (count + 7) / 8);
        var rest = bytes[(4 + bitmap.Length)..];
        var items = new FeatureValue[count];
        for (var i = 0; i < count; i++)
        {
            var isNull = (bitmap[i >> 3] & (1 << (i & 7))) != 0;
            if (!TryItem(kind, size, isNull, ref rest, out items[i]))
                return false;
        }

        value = FeatureValue.List(kind, items);
        return rest.IsEmpty;
    }

    private static bool TryItem(FeatureKind kind, int size, bool isNull, ref ReadOnlySpan<byte> rest, out FeatureValue item)
    {
        item = default;
        if (size == 0)
        {
            if (rest.Length < 4)
                return false;
            size = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[4..];
            if (size < 0 || size > rest.Length)
                return false;
            if (!isNull && !TrySingle(kind, rest[..size], out item))
                return false;
        }
        else if (!isNull)
        {
            item = Fixed(kind, rest);
        }

        rest = rest[size..];
        return true;
    }
}
