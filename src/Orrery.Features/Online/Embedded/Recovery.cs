namespace Orrery.Features;

/// <summary>Reads the store's files back at start: the newest snapshot, then the logs since, in order.</summary>
internal sealed class Recovery(OnlineFolder folder, MemoryTables tables)
{
    /// <summary>Bytes of a torn end that were cut off.</summary>
    public long Cut { get; private set; }

    /// <summary>Bytes of the snapshot that was read.</summary>
    public long SnapshotBytes { get; private set; }

    /// <returns>The log to go on with.</returns>
    /// <exception cref="InvalidDataException">A file is damaged in another place than its end, or missing.</exception>
    public LogFile Run()
    {
        var snapshot = folder.Snapshots() is { Count: > 0 } found ? found[^1] : 0;
        if (snapshot > 0)
            ReadSnapshot(snapshot);
        folder.Tidy(snapshot);
        var logs = folder.Logs();
        if (logs.Count == 0)
            return LogFile.Create(folder, Math.Max(snapshot, 1));
        if (logs[0] != Math.Max(snapshot, 1))
            throw Damaged(folder.Log(Math.Max(snapshot, 1)), "is missing");
        for (var at = 0; at < logs.Count - 1; at++)
        {
            if (logs[at + 1] != logs[at] + 1)
                throw Damaged(folder.Log(logs[at] + 1), "is missing");
            if (ReadLog(logs[at]) != new FileInfo(folder.Log(logs[at])).Length)
                throw Damaged(folder.Log(logs[at]), "is damaged");
        }

        return Continue(logs[^1]);
    }

    private LogFile Continue(long number)
    {
        var path = folder.Log(number);
        var good = ReadLog(number);
        Cut = new FileInfo(path).Length - good;
        // Killed while the log was begun: nothing was in it.
        return good == 0 ? LogFile.Create(folder, number) : LogFile.Open(folder, number, good);
    }

    private long ReadLog(long number)
    {
        var isFirst = true;
        return LogReading.Read(folder.Log(number), (kind, fields) =>
        {
            if (isFirst != kind is LogRecordKind.Header || !Take(kind, fields, number))
                throw Damaged(folder.Log(number), "is not a log of this form");
            isFirst = false;
        });
    }

    private void ReadSnapshot(long number)
    {
        var path = folder.Snapshot(number);
        var records = 0L;
        var ended = -1L;
        SnapshotBytes = LogReading.Read(path, (kind, fields) =>
        {
            if ((records == 0) != kind is LogRecordKind.Header || ended >= 0)
                throw Damaged(path, "is not a snapshot of this form");
            records++;
            if (kind is LogRecordKind.End)
                ended = fields.TryLong(out var told) ? told : 0;
            else if (!Take(kind, fields, number))
                throw Damaged(path, "is not a snapshot of this form");
        });
        if (ended != records || SnapshotBytes != new FileInfo(path).Length)
            throw Damaged(path, "is damaged");
    }

    private bool Take(LogRecordKind kind, LogFields fields, long number)
    {
        if (kind is LogRecordKind.Header)
            return LogRecord.TryHeader(ref fields, out var told) && told == number;
        if (kind is LogRecordKind.Table)
        {
            if (!LogRecord.TryTable(ref fields, out var id, out var name, out var capacity))
                return false;
            tables.Add(id, name, capacity);
            return true;
        }

        if (!fields.TryInt(out var tableId))
            return false;
        // Unknown: dropped later, before the snapshot was made.
        var table = tables.Find(tableId);
        return kind switch
        {
            LogRecordKind.Write => TakeRows(table, EqualTimes.Replace, ref fields),
            LogRecordKind.WriteKeeping => TakeRows(table, EqualTimes.Keep, ref fields),
            LogRecordKind.Delete => TakeDeletes(table, ref fields),
            LogRecordKind.Expire => TakeExpire(table, ref fields),
            LogRecordKind.Drop => TakeDrop(table),
            _ => false,
        };
    }

    private static bool TakeRows(MemoryTable? table, EqualTimes equal, ref LogFields fields)
    {
        if (!fields.TryInt(out var count))
            return false;
        for (var i = 0; i < count; i++)
        {
            if (!fields.TryLong(out var eventTime) || !fields.TryLong(out var createdTime) || !fields.TryBytes(out var key) || !fields.TryBytes(out var blob))
                return false;
            table?.Write(key, new OnlineRow(eventTime, createdTime, blob), equal);
        }

        return true;
    }

    private static bool TakeDeletes(MemoryTable? table, ref LogFields fields)
    {
        if (!fields.TryInt(out var count))
            return false;
        for (var i = 0; i < count; i++)
        {
            if (!fields.TryBytes(out var key))
                return false;
            table?.Delete(key);
        }

        return true;
    }

    private static bool TakeExpire(MemoryTable? table, ref LogFields fields)
    {
        if (!fields.TryLong(out var before))
            return false;
        table?.Expire(before);
        return true;
    }

    private bool TakeDrop(MemoryTable? table)
    {
        if (table is not null)
            tables.Remove(table);
        return true;
    }

    private static InvalidDataException Damaged(string path, string how) => new(
        $"The online store's file {path} {how}. Bring it back from a copy, or delete the folder it is in and materialize the features again.");
}
