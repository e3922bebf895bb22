using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>
/// Join key values as canonical bytes: for each column, in the view's order, its kind (1 byte), for texts and bytes their length (4), then
/// the value; little endian. Two keys are the same bytes only when they are the same key, also composite ones.
/// </summary>
internal static class EntityKeyCodec
{
    /// <summary>Most bytes of one text or bytes in a key.</summary>
    public const int MaxValueBytes = 64 * 1024;

    /// <summary>The key; null where a value is null, for no row has it.</summary>
    /// <param name="keys">Of the view.</param>
    /// <param name="values">One for each, of its declared type (<see cref="JsonCast"/> makes them so).</param>
    public static byte[]? Encode(IReadOnlyList<JoinKey> keys, ReadOnlySpan<FeatureValue> values)
    {
        using var bytes = new ByteWriter(64);
        for (var at = 0; at < keys.Count; at++)
        {
            if (values[at].IsNull)
                return null;
            Put(bytes, values[at]);
        }

        return bytes.Written.ToArray();
    }

    /// <summary>Appends one column's part of a key.</summary>
    public static void Put(ByteWriter bytes, FeatureValue value)
    {
        switch (value.Kind)
        {
            case FeatureKind.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(Head(bytes, value.Kind, 4), (int)value.AsInt64);
                break;
            case FeatureKind.Int64:
            case FeatureKind.UnixTimestamp:
                BinaryPrimitives.WriteInt64LittleEndian(Head(bytes, value.Kind, 8), value.AsInt64);
                break;
            case FeatureKind.String:
                PutSized(bytes, value.Kind, Encoding.UTF8.GetBytes(value.AsString));
                break;
            case FeatureKind.Bytes:
                PutSized(bytes, value.Kind, value.AsBytes);
                break;
            default:
                throw new ArgumentException($"{value.Kind} cannot be in a key.", nameof(value));
        }
    }

    /// <summary>Appends a whole number's or a moment's part, without a value in between.</summary>
    public static void PutNumber(ByteWriter bytes, FeatureKind kind, long number)
    {
        if (kind is FeatureKind.Int32)
            BinaryPrimitives.WriteInt32LittleEndian(Head(bytes, kind, 4), (int)number);
        else
            BinaryPrimitives.WriteInt64LittleEndian(Head(bytes, kind, 8), number);
    }

    /// <summary>Appends a text's or bytes' part.</summary>
    public static void PutSized(ByteWriter bytes, FeatureKind kind, ReadOnlySpan<byte> value)
    {
        bytes.Raw((byte)kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(4), value.Length);
        bytes.Advance(4);
        bytes.Raw(value);
    }

    /// <summary>Reads a key back; false for bytes that are none of these columns.</summary>
    public static bool TryDecode(IReadOnlyList<JoinKey> keys, ReadOnlySpan<byte> bytes, out FeatureValue[] values)
    {
        values = new FeatureValue[keys.Count];
        for (var at = 0; at < keys.Count; at++)
        {
            if (!TryTake(keys[at].Type.Kind, ref bytes, out values[at]))
                return false;
        }

        return bytes.IsEmpty;
    }

    /// <summary>Writes one part as JSON, as Feast's server echoes join keys.</summary>
    public static void WriteJson(ReadOnlySpan<byte> part, ByteWriter json)
    {
        if (part.IsEmpty)
        {
            json.Raw("null"u8);
            return;
        }

        switch ((FeatureKind)part[0])
        {
            case FeatureKind.Int32: json.Number(BinaryPrimitives.ReadInt32LittleEndian(part[1..])); break;
            case FeatureKind.Int64: json.Number(BinaryPrimitives.ReadInt64LittleEndian(part[1..])); break;
            case FeatureKind.UnixTimestamp: json.Number(FeatureJson.Seconds(BinaryPrimitives.ReadInt64LittleEndian(part[1..]))); break;
            case FeatureKind.String: json.Text(part[5..]); break;
            default: json.Base64(part[5..]); break;
        }
    }

    /// <summary>One part for people.</summary>
    public static string Show(ReadOnlySpan<byte> part) => (FeatureKind)part[0] switch
    {
        FeatureKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(part[1..]).ToString(System.Globalization.CultureInfo.InvariantCulture),
        FeatureKind.Int64 => BinaryPrimitives.ReadInt64LittleEndian(part[1..]).ToString(System.Globalization.CultureInfo.InvariantCulture),
        FeatureKind.UnixTimestamp => FeatureJson.Seconds(BinaryPrimitives.ReadInt64LittleEndian(part[1..])).ToString(System.Globalization.CultureInfo.InvariantCulture),
        FeatureKind.String => Encoding.UTF8.GetString(part[5..]),
        _ => Convert.ToBase64String(part[5..]),
    };

    /// <summary>Why a value cannot be a key's.</summary>
    public static Failure Wrong(string column, FeatureType type, int row, string shown) => Failure.Invalid(
        "features.entity_value_invalid", $"Entity row {row} has {shown} as {column}, which is {type}.");

    private static Span<byte> Head(ByteWriter bytes, FeatureKind kind, int size)
    {
        bytes.Raw((byte)kind);
        var span = bytes.GetSpan(size);
        bytes.Advance(size);
        return span;
    }

    private static bool TryTake(FeatureKind kind, ref ReadOnlySpan<byte> bytes, out FeatureValue value)
    {
        value = default;
        if (bytes.IsEmpty || bytes[0] != (byte)kind)
            return false;
        bytes = bytes[1..];
        var isSized = kind is FeatureKind.String or FeatureKind.Bytes;
        if (bytes.Length < 4)
            return false;
        var size = isSized ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : RowLayout.FixedBytes(kind);
        bytes = isSized ? bytes[4..] : bytes;
        if (size < 0 || size > bytes.Length || (kind is FeatureKind.String && !Utf8.IsValid(bytes[..size])))
            return false;
        value = kind switch
        {
            FeatureKind.Int32 => FeatureValue.Int32(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            FeatureKind.Int64 => FeatureValue.Int64(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            FeatureKind.UnixTimestamp => FeatureValue.Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            FeatureKind.String => FeatureValue.String(Encoding.UTF8.GetString(bytes[..size])),
            _ => FeatureValue.Bytes(bytes[..size].ToArray()),
        };
        bytes = bytes[size..];
        return true;
    }
}
