using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Orrery.Features;

/// <summary>
/// Feast's entity keys, serialization version 3: number of join keys (4 bytes); for each, by name, a 2 (4), its length (4) and the name; then for each
/// its value's type (4), length (4) and bytes. Little endian. In Redis the project's name follows.
/// </summary>
internal static class FeastKey
{
    private const int NameType = 2;
    private const int BytesType = 1;
    private const int StringType = 2;
    private const int Int32Type = 3;
    private const int Int64Type = 4;
    private const int TimestampType = 8;

    /// <summary>The key of an entity in a project's Redis.</summary>
    /// <param name="keys">Of the view.</param>
    /// <param name="values">One for each, none null.</param>
    /// <param name="project">Feast's name of the project.</param>
    public static byte[] Encode(IReadOnlyList<JoinKey> keys, ReadOnlySpan<FeatureValue> values, string project)
    {
        using var bytes = new ByteWriter(128);
        var order = Order(keys);
        Put(bytes, order.Length);
        foreach (var at in order)
        {
            Put(bytes, NameType);
            Put(bytes, Encoding.UTF8.GetBytes(keys[at].Name));
        }

        foreach (var at in order)
            PutValue(bytes, values[at]);
        bytes.Raw(Encoding.UTF8.GetBytes(project));
        return bytes.Written.ToArray();
    }

    /// <summary>Reads a key back; false for one of other join keys, of another project, or damaged.</summary>
    public static bool TryDecode(IReadOnlyList<JoinKey> keys, ReadOnlySpan<byte> bytes, string project, out FeatureValue[] values)
    {
        values = new FeatureValue[keys.Count];
        var order = Order(keys);
        if (!TryInt(ref bytes, out var count) || count != order.Length)
            return false;
        foreach (var at in order)
        {
            if (!TryInt(ref bytes, out var type) || type != NameType || !TryBytes(ref bytes, out var name) || !name.SequenceEqual(Encoding.UTF8.GetBytes(keys[at].Name)))
                return false;
        }

        foreach (var at in order)
        {
            if (!TryInt(ref bytes, out var type) || !TryBytes(ref bytes, out var value) || !TryValue(type, value, keys[at].Type.Kind, out values[at]))
                return false;
        }

        return bytes.SequenceEqual(Encoding.UTF8.GetBytes(project));
    }

    /// <summary>Redis field of a feature: the hash of <c>view:feature</c>, little endian.</summary>
    public static byte[] Field(string view, string feature)
    {
        var field = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(field, Murmur3.Hash(Encoding.UTF8.GetBytes($"{view}:{feature}")));
        return field;
    }

    /// <summary>Redis field of a view's event time.</summary>
    public static byte[] TimeField(string view) => Encoding.UTF8.GetBytes($"_ts:{view}");

    private static int[] Order(IReadOnlyList<JoinKey> keys) =>
        [.. Enumerable.Range(0, keys.Count).OrderBy(at => keys[at].Name, StringComparer.Ordinal)];

    private static void PutValue(ByteWriter bytes, FeatureValue value)
    {
        var number = new byte[8];
        switch (value.Kind)
        {
            case FeatureKind.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(number, (int)value.AsInt64);
                Put(bytes, Int32Type);
                Put(bytes, number.AsSpan(0, 4));
                break;
            case FeatureKind.Int64:
            case FeatureKind.UnixTimestamp:
                var isTime = value.Kind is FeatureKind.UnixTimestamp;
                BinaryPrimitives.WriteInt64LittleEndian(number, isTime ? FeatureJson.Seconds(value.AsInt64) : value.AsInt64);
                Put(bytes, isTime ? TimestampType : Int64Type);
                Put(bytes, number);
                break;
            case FeatureKind.Bytes:
                Put(bytes, BytesType);
                Put(bytes, value.AsBytes);
                break;
            default:
                Put(bytes, StringType);
                Put(bytes, Encoding.UTF8.GetBytes(value.AsString));
                break;
        }
    }

    private static bool TryValue(int type, ReadOnlySpan<byte> bytes, FeatureKind kind, out FeatureValue value)
    {
        value = default;
        var isRight = (type, kind, bytes.Length) switch
        {
            (Int32Type, FeatureKind.Int32, 4) or (Int64Type, FeatureKind.Int64, 8) or (TimestampType, FeatureKind.UnixTimestamp, 8) => true,
            (StringType, FeatureKind.String, _) => Utf8.IsValid(bytes),
            (BytesType, FeatureKind.Bytes, _) => true,
            _ => false,
        };
        if (!isRight)
            return false;
        value = kind switch
        {
            FeatureKind.Int32 => FeatureValue.Int32(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            FeatureKind.Int64 => FeatureValue.Int64(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            FeatureKind.UnixTimestamp => FeatureValue.Timestamp(unchecked(BinaryPrimitives.ReadInt64LittleEndian(bytes) * 1_000_000)),
            FeatureKind.String => FeatureValue.String(Encoding.UTF8.GetString(bytes)),
            _ => FeatureValue.Bytes(bytes.ToArray()),
        };
        return true;
    }

    private static void Put(ByteWriter bytes, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(4), number);
        bytes.Advance(4);
    }

    private static void Put(ByteWriter bytes, ReadOnlySpan<byte> value)
    {
        Put(bytes, value.Length);
        bytes.Raw(value);
    }

    private static bool TryInt(ref ReadOnlySpan<byte> bytes, out int number)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(bytes, out number))
            return false;
        bytes = bytes[4..];
        return true;
    }

    private static bool TryBytes(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryInt(ref bytes, out var length) || length < 0 || length > bytes.Length)
            return false;
        value = bytes[..length];
        bytes = bytes[length..];
        return true;
    }
}
