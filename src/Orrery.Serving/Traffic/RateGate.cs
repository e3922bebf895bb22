namespace Orrery.Serving;

/// <summary>Lets so many through a second, with a burst of a second's worth and of one at least (a virtual schedule: the generic cell rate algorithm, ITU-T I.371).</summary>
internal sealed class RateGate(double perSecond, TimeProvider time)
{
    private readonly long _step = Math.Max(1, (long)(time.TimestampFrequency / perSecond));
    private readonly long _burst = time.TimestampFrequency;
    private long _due = long.MinValue;

    /// <summary>Whether nothing that has passed counts any more.</summary>
    public bool IsIdle => Volatile.Read(ref _due) <= time.GetTimestamp();

    /// <summary>Whether one more may pass now.</summary>
    public bool TryTake()
    {
        while (true)
        {
            var due = Volatile.Read(ref _due);
            var now = time.GetTimestamp();
            var next = Math.Max(due, now) + _step;
            if (due > now && next - now > Math.Max(_burst, _step))
                return false;
            if (Interlocked.CompareExchange(ref _due, next, due) == due)
                return true;
        }
    }
}
