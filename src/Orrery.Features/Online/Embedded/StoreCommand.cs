using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>One change that waits for the store's writer.</summary>
internal abstract class StoreCommand(OnlineTable table)
{
    private readonly TaskCompletionSource<Result<long>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Failure? _failure;
    private long _count;

    public OnlineTable Table { get; } = table;

    /// <summary>How many rows were changed, when it is durable.</summary>
    public Task<Result<long>> Done => _done.Task;

    /// <summary>True for one that is committed alone, because it changes which tables there are.</summary>
    public virtual bool IsAlone => false;

    /// <summary>True for one that makes the table when there is none.</summary>
    public virtual bool MakesTable => false;

    /// <summary>Bytes of memory it needs, were it the only one.</summary>
    public virtual long Growth(MemoryTable table) => 0;

    /// <summary>Writes its record.</summary>
    public abstract void Log(ByteWriter log, int table);

    /// <summary>Does it in memory, once its record is on disk.</summary>
    /// <returns>How many rows were changed.</returns>
    public abstract long Apply(MemoryTable table);

    public void Succeed(long count) => _count = count;

    public void Fail(Failure failure) => _failure = failure;

    /// <summary>Tells who waits.</summary>
    public void Answer() => _done.TrySetResult(_failure is { } failure ? failure : _count);
}

/// <summary>Writes rows.</summary>
internal sealed class WriteCommand(OnlineTable table, IReadOnlyList<OnlineWrite> writes, EqualTimes equal) : StoreCommand(table)
{
    public override bool MakesTable => true;

    public override long Growth(MemoryTable table)
    {
        var bytes = 0L;
        for (var i = 0; i < writes.Count; i++)
            bytes += table.Growth(writes[i], equal);
        return bytes;
    }

    public override void Log(ByteWriter log, int table) => LogRecord.Rows(log, table, writes, equal);

    public override long Apply(MemoryTable table)
    {
        var taken = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            if (table.Write(writes[i].Key, writes[i].Row, equal))
                taken++;
        }

        return taken;
    }
}

/// <summary>Deletes keys.</summary>
internal sealed class DeleteCommand(OnlineTable table, IReadOnlyList<byte[]> keys) : StoreCommand(table)
{
    public override void Log(ByteWriter log, int table) => LogRecord.Deletes(log, table, keys);

    public override long Apply(MemoryTable table)
    {
        var deleted = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            if (table.Delete(keys[i]))
                deleted++;
        }

        return deleted;
    }
}

/// <summary>Deletes old rows.</summary>
internal sealed class ExpireCommand(OnlineTable table, long before) : StoreCommand(table)
{
    public override void Log(ByteWriter log, int table) => LogRecord.Expire(log, table, before);

    public override long Apply(MemoryTable table) => table.Expire(before);
}

/// <summary>Drops the table.</summary>
internal sealed class DropCommand(OnlineTable table) : StoreCommand(table)
{
    public override bool IsAlone => true;

    public override void Log(ByteWriter log, int table) => LogRecord.Drop(log, table);

    public override long Apply(MemoryTable table) => table.Count;
}

/// <summary>Has the log rewritten without what was deleted before; changes no table.</summary>
internal sealed class RewriteCommand() : StoreCommand(default)
{
    public override bool IsAlone => true;

    /// <summary>Ends when the files are rewritten, with whether they were; null when that could not be begun.</summary>
    public Task<bool>? Rewritten { get; set; }

    public override void Log(ByteWriter log, int table)
    {
        // It has no record.
    }

    public override long Apply(MemoryTable table) => 0;
}
