using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// The hash of joined rows: SHA-256 over the columns' names and each row's values in their order, in an encoding that depends on neither the
/// engine nor the files that values come from. Each value begins with what it is: 0 null, 1 condition, 2 whole number, 3 double, 4 single,
/// 5 text, 6 bytes, 7 moment, 8 unique id, 9 list, 10 anything else as text. Numbers are little-endian; lengths are 32 bits.
/// </summary>
internal static class ContentHash
{
    /// <summary>Computes it, as 64 lower-case hex digits.</summary>
    public static string Of(JoinedRows rows, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new MemoryStream();
        foreach (var column in rows.Columns)
        {
            Text(buffer, column.Name);
            Text(buffer, column.Feature?.ToString() ?? "");
        }

        var table = rows.Keep(cancel);
        using var reader = rows.Lease.Connection.Query(OutputSql.Rows(table, rows.Columns), streaming: true, cancel: cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                for (var column = 0; column < rows.Columns.Count; column++)
                    Value(buffer, reader, column, row);
            }

            hash.AppendData(buffer.GetBuffer(), 0, (int)buffer.Length);
            buffer.SetLength(0);
        }

        hash.AppendData(buffer.GetBuffer(), 0, (int)buffer.Length);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Value(MemoryStream to, DuckReader reader, int column, int row)
    {
        if (reader.IsNull(column, row))
        {
            to.WriteByte(0);
            return;
        }

        switch (reader.Columns[column].Type.Id)
        {
            case DuckTypeId.BigInt:
                Whole(to, 2, reader.Values<long>(column)[row]);
                break;
            case DuckTypeId.Double:
                Double(to, reader.Values<double>(column)[row]);
                break;
            case DuckTypeId.Varchar:
                Bytes(to, 5, reader.Utf8(column, row));
                break;
            case DuckTypeId.TimestampTz or DuckTypeId.Timestamp:
                Whole(to, 7, reader.Values<long>(column)[row]);
                break;
            default:
                Boxed(to, reader.Value(column, row));
                break;
        }
    }

    private static void Boxed(MemoryStream to, object? value)
    {
        switch (value)
        {
            case null:
                to.WriteByte(0);
                break;
            case bool yes:
                to.WriteByte(1);
                to.WriteByte(yes ? (byte)1 : (byte)0);
                break;
            case sbyte or short or int or long or byte or ushort or uint:
                Whole(to, 2, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number:
                Double(to, number);
                break;
            case float number:
                Span<byte> single = stackalloc byte[5];
                single[0] = 4;
                BinaryPrimitives.WriteSingleLittleEndian(single[1..], float.IsNaN(number) ? float.NaN : number);
                to.Write(single);
                break;
            case string text:
                Bytes(to, 5, Encoding.UTF8.GetBytes(text));
                break;
            case byte[] bytes:
                Bytes(to, 6, bytes);
                break;
            case DateTimeOffset moment:
                Whole(to, 7, Moments.Of(moment));
                break;
            case DateTime time:
                Whole(to, 7, Moments.Of(new DateTimeOffset(time, TimeSpan.Zero)));
                break;
            case Guid id:
                Bytes(to, 8, id.ToByteArray(bigEndian: true));
                break;
            case object?[] list:
                Whole(to, 9, list.Length);
                foreach (var item in list)
                    Boxed(to, item);
                break;
            default:
                Bytes(to, 10, Encoding.UTF8.GetBytes(value is IFormattable other ? other.ToString(null, CultureInfo.InvariantCulture) : value.ToString() ?? ""));
                break;
        }
    }

    private static void Whole(MemoryStream to, byte kind, long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
        to.Write(bytes);
    }

    private static void Double(MemoryStream to, double value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = 3;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[1..], double.IsNaN(value) ? double.NaN : value);
        to.Write(bytes);
    }

    private static void Text(MemoryStream to, string text) => Bytes(to, 5, Encoding.UTF8.GetBytes(text));

    private static void Bytes(MemoryStream to, byte kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
        to.Write(head);
        to.Write(bytes);
    }
}
