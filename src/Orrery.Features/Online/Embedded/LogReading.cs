using System.Buffers.Binary;

namespace Orrery.Features;

/// <summary>Takes one record's content.</summary>
internal delegate void RecordTaken(LogRecordKind kind, LogFields fields);

/// <summary>Reads a log or snapshot from its beginning, a record at a time.</summary>
internal static class LogReading
{
    /// <summary>Reads whole records up to the end, or up to the first that is torn.</summary>
    /// <returns>Bytes up to the end of the last whole record; less than the file's length when it is torn.</returns>
    public static long Read(string path, RecordTaken take)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 20, FileOptions.SequentialScan);
        var left = file.Length;
        var good = 0L;
        var head = new byte[LogRecord.HeadBytes];
        var content = new byte[1 << 16];
        while (left >= LogRecord.HeadBytes)
        {
            file.ReadExactly(head);
            left -= LogRecord.HeadBytes;
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length is < 1 or > LogRecord.MaxBytes || length > left)
                return good;
            if (content.Length < length)
                content = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)];
            var record = content.AsSpan(0, length);
            file.ReadExactly(record);
            left -= length;
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) != Crc32C.Of(record))
                return good;
            take((LogRecordKind)record[0], new LogFields(record[1..]));
            good += LogRecord.HeadBytes + length;
        }

        return good;
    }
}
