namespace Orrery.Tests.Unit;

/// <summary>A clock on which every wait of up to a minute is over at once and is remembered; longer ones never end.</summary>
internal sealed class InstantTime : TimeProvider
{
    private long _now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // The timers of time-outs are made for 30 s and re-armed; waits between tries go by at once.
        var elapses = dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(30);
        if (elapses)
        {
            lock (Waits)
                Waits.Add(dueTime);
            Interlocked.Add(ref _now, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
