using System.Buffers.Binary;
using System.Text;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What one record of the online store's log, or of a snapshot, says.</summary>
internal enum LogRecordKind : byte
{
    /// <summary>First of a file: its form and number.</summary>
    Header = 1,

    /// <summary>Gives a table its number.</summary>
    Table = 2,

    /// <summary>Rows of one table, each with key, times and values.</summary>
    Write = 3,

    /// <summary>Keys deleted from one table.</summary>
    Delete = 4,

    /// <summary>All rows of a table before a moment are deleted.</summary>
    Expire = 5,

    /// <summary>A table is gone.</summary>
    Drop = 6,

    /// <summary>Last of a snapshot: without it, it is not whole.</summary>
    End = 7,

    /// <summary>As <see cref="Write"/>, but rows of equal times leave what is there.</summary>
    WriteKeeping = 8,
}

/// <summary>Writes records: length (4 bytes), CRC-32C of what follows (4), kind (1), content. Little endian.</summary>
internal static class LogRecord
{
    public const int HeadBytes = 8;
    public const int MaxBytes = 256 << 20;
    private const byte Version = 1;

    public static void Header(ByteWriter to, long number) => Write(to, LogRecordKind.Header, number, static (bytes, value) =>
    {
        bytes.Raw(Version);
        Put(bytes, value);
    });

    public static void Table(ByteWriter to, int id, OnlineTable table, int capacity) => Write(to, LogRecordKind.Table, (id, table, capacity), static (bytes, value) =>
    {
        Put(bytes, value.id);
        Put(bytes, value.capacity);
        Put(bytes, value.table.Workspace.Value);
        Put(bytes, value.table.StorageVersion);
        Put(bytes, Encoding.UTF8.GetBytes(value.table.Project));
        Put(bytes, Encoding.UTF8.GetBytes(value.table.ViewId));
    });

    public static void Rows(ByteWriter to, int table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal = EqualTimes.Replace) => Write(
        to, equal is EqualTimes.Keep ? LogRecordKind.WriteKeeping : LogRecordKind.Write, (table, writes), static (bytes, value) =>
    {
        Put(bytes, value.table);
        Put(bytes, value.writes.Count);
        for (var i = 0; i < value.writes.Count; i++)
        {
            var write = value.writes[i];
            Put(bytes, write.Row.EventTime);
            Put(bytes, write.Row.CreatedTime);
            Put(bytes, write.Key);
            Put(bytes, write.Row.Blob!);
        }
    });

    public static void Deletes(ByteWriter to, int table, IReadOnlyList<byte[]> keys) => Write(to, LogRecordKind.Delete, (table, keys), static (bytes, value) =>
    {
        Put(bytes, value.table);
        Put(bytes, value.keys.Count);
        for (var i = 0; i < value.keys.Count; i++)
            Put(bytes, value.keys[i]);
    });

    public static void Expire(ByteWriter to, int table, long before) => Write(to, LogRecordKind.Expire, (table, before), static (bytes, value) =>
    {
        Put(bytes, value.table);
        Put(bytes, value.before);
    });

    public static void Drop(ByteWriter to, int table) => Write(to, LogRecordKind.Drop, table, static (bytes, value) => Put(bytes, value));

    public static void End(ByteWriter to, long records) => Write(to, LogRecordKind.End, records, static (bytes, value) => Put(bytes, value));

    /// <summary>Reads the form and number of a file; false for another form.</summary>
    public static bool TryHeader(ref LogFields fields, out long number)
    {
        number = 0;
        return fields.TryByte(out var version) && version == Version && fields.TryLong(out number);
    }

    public static bool TryTable(ref LogFields fields, out int id, out OnlineTable table, out int capacity)
    {
        table = default;
        capacity = 0;
        if (!fields.TryInt(out id) || !fields.TryInt(out capacity) || !fields.TryLong(out var workspace) || !fields.TryInt(out var version)
            || !fields.TryBytes(out var project) || !fields.TryBytes(out var view))
            return false;
        table = new(new WorkspaceId(workspace), Encoding.UTF8.GetString(project), Encoding.UTF8.GetString(view), version);
        return true;
    }

    private static void Write<T>(ByteWriter to, LogRecordKind kind, T value, Action<ByteWriter, T> content)
    {
        var start = to.Length;
        to.GetSpan(HeadBytes + 1);
        to.Advance(HeadBytes);
        to.Raw((byte)kind);
        content(to, value);
        var record = System.Runtime.InteropServices.MemoryMarshal.AsMemory(to.Written).Span[start..];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Of(record[HeadBytes..]));
    }

    private static void Put(ByteWriter to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    private static void Put(ByteWriter to, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    private static void Put(ByteWriter to, byte[] value)
    {
        Put(to, value.Length);
        to.Raw(value);
    }
}
