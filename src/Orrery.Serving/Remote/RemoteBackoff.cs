namespace Orrery.Serving;

/// <summary>How long to wait before another try: from 50 ms doubled each time up to 2 s, of that a random part of at least half, or what the endpoint asks for.</summary>
internal sealed class RemoteBackoff(TimeProvider time)
{
    // Who does not say how long a request may wait is not kept for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private ulong _state = (ulong)time.GetTimestamp();

    /// <summary>The wait; null when the request cannot wait so long.</summary>
    /// <param name="attempt">Tries that failed.</param>
    /// <param name="asked">By the endpoint.</param>
    /// <param name="left">Time that the request has; null for any.</param>
    public TimeSpan? Wait(int attempt, TimeSpan? asked, TimeSpan? left)
    {
        var full = TimeSpan.FromMilliseconds(Math.Min(2000, 50 * Math.Pow(2, attempt - 1)));
        var drawn = (StickyHash.Mix13(Interlocked.Add(ref _state, 0x9e3779b97f4a7c15)) >> 11) * (1.0 / (1UL << 53));
        var wait = full * (0.5 + (drawn / 2));
        if (asked > wait)
            wait = asked.Value;
        return wait < (left ?? Longest) ? wait : null;
    }
}
