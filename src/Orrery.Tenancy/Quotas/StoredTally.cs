using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>What a workspace stores as this server knows it, and what its uploads under way may add. Thread-safe.</summary>
internal sealed class StoredTally
{
    private readonly Lock _lock = new();
    private long _bytes;
    private long _reserved;
    private long _settled;

    /// <summary>When it was measured; the beginning of time before the first.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>Stored.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>What was settled in all; told to <see cref="Measured"/> as it was when measuring began.</summary>
    public long Settled
    {
        get
        {
            lock (_lock)
                return _settled;
        }
    }

    /// <summary>Takes a new measurement. What was settled while it was made may be in it or not and counts once more, until the next.</summary>
    public void Measured(long sum, long settledBefore, DateTimeOffset at)
    {
        lock (_lock)
        {
            _bytes = sum + Math.Max(0, _settled - settledBefore);
            At = at;
        }
    }

    /// <summary>Reserves unless it is refused with what is stored and reserved.</summary>
    public Failure? Reserve(long bytes, Func<long, Failure?> refuse)
    {
        lock (_lock)
        {
            if (refuse(_bytes + _reserved) is { } full)
                return full;
            _reserved += bytes;
            return null;
        }
    }

    /// <summary>Gives a reservation back and counts what became of it.</summary>
    public void Settle(long reserved, long growth)
    {
        lock (_lock)
        {
            _reserved -= reserved;
            _bytes += growth;
            _settled += growth;
        }
    }
}
