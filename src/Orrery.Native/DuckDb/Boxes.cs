using System.Text;

namespace Orrery.Native;

/// <summary>Any value of any type, boxed.</summary>
internal static class Boxes
{
    public static object? Of(DuckVector vector, int row) => vector.IsNull(row) ? null : vector.Type.Id switch
    {
        DuckTypeId.Boolean => vector.At<byte>(row) != 0,
        DuckTypeId.TinyInt => vector.At<sbyte>(row),
        DuckTypeId.SmallInt => vector.At<short>(row),
        DuckTypeId.Integer => vector.At<int>(row),
        DuckTypeId.BigInt => vector.At<long>(row),
        DuckTypeId.UTinyInt => vector.At<byte>(row),
        DuckTypeId.USmallInt => vector.At<ushort>(row),
        DuckTypeId.UInteger => vector.At<uint>(row),
        DuckTypeId.UBigInt => vector.At<ulong>(row),
        DuckTypeId.HugeInt => vector.At<Int128>(row),
        DuckTypeId.UHugeInt => vector.At<UInt128>(row),
        DuckTypeId.Float => vector.At<float>(row),
        DuckTypeId.Double => vector.At<double>(row),
        DuckTypeId.Decimal => Numbers.FromDecimal(Unscaled(vector, row), vector.Type.Scale),
        DuckTypeId.Varchar => Encoding.UTF8.GetString(vector.Utf8(row)),
        DuckTypeId.Blob or DuckTypeId.Geometry => vector.Utf8(row).ToArray(),
        DuckTypeId.Bit => Bits(vector.Utf8(row)),
        DuckTypeId.BigNum => Numbers.FromBigNum(vector.Utf8(row)),
        DuckTypeId.Uuid => Numbers.ToGuid(vector.At<UInt128>(row)),
        DuckTypeId.Interval => vector.At<DuckInterval>(row),
        DuckTypeId.Enum => vector.Type.EnumValues[Index(vector, row)],
        DuckTypeId.List or DuckTypeId.Map or DuckTypeId.Array or DuckTypeId.Struct or DuckTypeId.Union => Nested(vector, row),
        DuckTypeId.SqlNull => null,
        _ => Time(vector, row),
    };

    private static object Time(DuckVector vector, int row) => vector.Type.Id switch
    {
        DuckTypeId.Date => Times.FromDays(vector.At<int>(row)),
        DuckTypeId.Time => Times.TimeFromMicros(vector.At<long>(row)),
        DuckTypeId.TimeNs => Times.TimeFromTicks(vector.At<long>(row) / 100),
        DuckTypeId.TimeTz => Times.TimeTzFromBits(vector.At<ulong>(row)),
        DuckTypeId.Timestamp => Times.FromMicros(vector.At<long>(row)),
        DuckTypeId.TimestampTz => new DateTimeOffset(DateTime.SpecifyKind(Times.FromMicros(vector.At<long>(row)), DateTimeKind.Utc)),
        DuckTypeId.TimestampS => Times.FromTicksSinceEpoch((Int128)vector.At<long>(row) * TimeSpan.TicksPerSecond),
        DuckTypeId.TimestampMs => Times.FromTicksSinceEpoch((Int128)vector.At<long>(row) * TimeSpan.TicksPerMillisecond),
        DuckTypeId.TimestampNs => Times.FromNanos(vector.At<long>(row)),
        _ => throw new NotSupportedException($"A value of {vector.Type} cannot be read: cast it in the query, to VARCHAR or JSON."),
    };

    private static object? Nested(DuckVector vector, int row)
    {
        switch (vector.Type.Id)
        {
            case DuckTypeId.Struct:
                return Struct(vector, row);
            case DuckTypeId.Union:
                return Of(vector.Member(row), row);
            case DuckTypeId.Array:
                return List(vector.Elements(), row * vector.Type.ArrayLength, vector.Type.ArrayLength);
            default:
                var entry = vector.At<DuckListEntry>(row);
                return vector.Type.Id is DuckTypeId.Map
                    ? Map(vector.Elements(), (int)entry.Offset, (int)entry.Length)
                    : List(vector.Elements(), (int)entry.Offset, (int)entry.Length);
        }
    }

    private static object?[] List(DuckVector elements, int from, int count)
    {
        var values = new object?[count];
        for (var i = 0; i < count; i++)
            values[i] = Of(elements, from + i);
        return values;
    }

    private static KeyValuePair<object, object?>[] Map(DuckVector entries, int from, int count)
    {
        var keys = entries.Field(0);
        var values = entries.Field(1);
        var pairs = new KeyValuePair<object, object?>[count];
        for (var i = 0; i < count; i++)
            pairs[i] = new(Of(keys, from + i)!, Of(values, from + i));
        return pairs;
    }

    private static KeyValuePair<string, object?>[] Struct(DuckVector vector, int row)
    {
        var fields = new KeyValuePair<string, object?>[vector.Type.Fields.Count];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = new(vector.Type.Fields[i].Name, Of(vector.Field(i), row));
        return fields;
    }

    private static Int128 Unscaled(DuckVector vector, int row) => vector.Type.Width switch
    {
        <= Layout.ShortDigits => vector.At<short>(row),
        <= Layout.IntDigits => vector.At<int>(row),
        <= Layout.LongDigits => vector.At<long>(row),
        _ => vector.At<Int128>(row),
    };

    private static int Index(DuckVector vector, int row) => vector.Type.EnumValues.Count switch
    {
        <= byte.MaxValue => vector.At<byte>(row),
        <= ushort.MaxValue => vector.At<ushort>(row),
        _ => (int)vector.At<uint>(row),
    };

    // The first byte counts the bits of the second that are padding.
    private static string Bits(ReadOnlySpan<byte> stored)
    {
        var text = new StringBuilder(stored.Length * 8);
        for (var bit = 8 + stored[0]; bit < stored.Length * 8; bit++)
            _ = text.Append((stored[bit >> 3] >> (7 - (bit & 7)) & 1) == 1 ? '1' : '0');
        return text.ToString();
    }
}
