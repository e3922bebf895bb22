using System.Collections.Concurrent;

namespace Orrery.Features;

/// <summary>The rows of one view in memory. Readers take no lock; there is one writer, the store's.</summary>
internal sealed class MemoryTable
{
    /// <summary>What a row takes besides its key and values: two array headers, a node of the dictionary, its place in the buckets.</summary>
    public const int RowOverhead = 2 * 24 + 72 + 12;

    private readonly ConcurrentDictionary<byte[], OnlineRow> _rows;
    private long _bytes;
    private long _count;

    public MemoryTable(int id, OnlineTable name, int capacity)
    {
        Id = id;
        Name = name;
        _rows = new(concurrencyLevel: 1, Math.Max(capacity, 31), ByteKeys.Instance);
    }

    /// <summary>What log and snapshot call it; never used again.</summary>
    public int Id { get; }

    public OnlineTable Name { get; }

    public long Bytes => Volatile.Read(ref _bytes);

    public long Count => Volatile.Read(ref _count);

    /// <summary>All rows; what changes meanwhile may or may not be among them.</summary>
    public IEnumerable<KeyValuePair<byte[], OnlineRow>> Rows => _rows;

    public static long Size(byte[] key, byte[] blob) => key.Length + blob.Length + RowOverhead;

    public OnlineRow Find(byte[] key) => _rows.TryGetValue(key, out var row) ? row : OnlineRow.None;

    /// <summary>True when a row may take the place of another: its event time or, at the same, its created time is greater, or both are equal and may be.</summary>
    public static bool Replaces(in OnlineRow row, in OnlineRow stored, EqualTimes equal) =>
        row.EventTime != stored.EventTime ? row.EventTime > stored.EventTime
        : row.CreatedTime != stored.CreatedTime ? row.CreatedTime > stored.CreatedTime
        : equal is EqualTimes.Replace;

    /// <summary>How many bytes more a write would take, were it the only one.</summary>
    public long Growth(in OnlineWrite write, EqualTimes equal)
    {
        var size = Size(write.Key, write.Row.Blob!);
        if (!_rows.TryGetValue(write.Key, out var stored))
            return size;
        return Replaces(write.Row, stored, equal) ? Math.Max(0, write.Row.Blob!.Length - stored.Blob!.Length) : 0;
    }

    /// <returns>False when the stored row stays.</returns>
    public bool Write(byte[] key, in OnlineRow row, EqualTimes equal = EqualTimes.Replace)
    {
        var isNew = !_rows.TryGetValue(key, out var stored);
        if (!isNew && !Replaces(row, stored, equal))
            return false;
        _rows[key] = row;
        Volatile.Write(ref _bytes, _bytes + (isNew ? Size(key, row.Blob!) : row.Blob!.Length - stored.Blob!.Length));
        if (isNew)
            Volatile.Write(ref _count, _count + 1);
        return true;
    }

    public bool Delete(byte[] key)
    {
        if (!_rows.TryRemove(key, out var stored))
            return false;
        Volatile.Write(ref _bytes, _bytes - Size(key, stored.Blob!));
        Volatile.Write(ref _count, _count - 1);
        return true;
    }

    public long Expire(long before)
    {
        var gone = 0L;
        foreach (var (key, row) in _rows)
        {
            if (row.EventTime < before && Delete(key))
                gone++;
        }

        return gone;
    }
}
