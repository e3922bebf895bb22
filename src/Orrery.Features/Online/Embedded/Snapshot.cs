namespace Orrery.Features;

/// <summary>Writes all rows to a new snapshot while reads and writes go on. What changes meanwhile is in the log that the snapshot is before.</summary>
internal static class Snapshot
{
    private const int RowsPerRecord = 1_000;
    private const int BytesPerRecord = 1 << 20;

    /// <returns>Bytes of the snapshot.</returns>
    public static long Write(OnlineFolder folder, long number, IReadOnlyList<MemoryTable> tables, CancellationToken cancel)
    {
        var path = folder.SnapshotInWork(number);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            using var buffer = new ByteWriter(BytesPerRecord);
            LogRecord.Header(buffer, number);
            var records = 1L;
            foreach (var table in tables)
                records += Write(file, buffer, table, cancel);
            LogRecord.End(buffer, records + 1);
            Empty(buffer, file);
            file.Flush(flushToDisk: true);
        }

        File.Move(path, folder.Snapshot(number), overwrite: true);
        folder.Flush();
        folder.Tidy(number);
        return new FileInfo(folder.Snapshot(number)).Length;
    }

    private static long Write(FileStream file, ByteWriter buffer, MemoryTable table, CancellationToken cancel)
    {
        LogRecord.Table(buffer, table.Id, table.Name, (int)Math.Min(table.Count, int.MaxValue / 2));
        var records = 1L;
        var rows = new List<OnlineWrite>(RowsPerRecord);
        var bytes = 0L;
        foreach (var (key, row) in table.Rows)
        {
            rows.Add(new(key, row));
            bytes += key.Length + row.Blob!.Length;
            if (rows.Count < RowsPerRecord && bytes < BytesPerRecord)
                continue;
            cancel.ThrowIfCancellationRequested();
            LogRecord.Rows(buffer, table.Id, rows);
            Empty(buffer, file);
            records++;
            rows.Clear();
            bytes = 0;
        }

        if (rows.Count > 0)
        {
            LogRecord.Rows(buffer, table.Id, rows);
            records++;
        }

        Empty(buffer, file);
        return records;
    }

    private static void Empty(ByteWriter buffer, FileStream file)
    {
        file.Write(buffer.Written.Span);
        buffer.Clear();
    }
}
