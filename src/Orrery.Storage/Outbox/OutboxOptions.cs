namespace Orrery.Storage;

/// <summary>How events are delivered. Section <c>Orrery:Outbox</c>.</summary>
public sealed class OutboxOptions
{
    /// <summary>Attempts before an event is parked for a handler, 1 to 100. Default 12, which is about half an hour.</summary>
    public int MaxAttempts { get; set; } = 12;

    /// <summary>Wait after the first failed attempt; doubles with each further one. 10 ms to 1 h. Default 1 s.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts, at least <see cref="FirstRetry"/>. Default 10 min.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time an attempt may take, 1 s to 1 h. Default 1 min.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Shortest time between looks for events of other servers; up to twice that, at random. 100 ms to 1 min. Default 1 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long another server waits before it takes over from one that is not heard of, 3 s to 10 min. Default 15 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long handled events are kept, at least 1 min. Default 7 days. Parked ones are kept until they are retried or dropped.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxAttempts is < 1 or > 100)
            yield return $"Orrery:Outbox:MaxAttempts is {MaxAttempts}; it must be 1 to 100.";
        if (FirstRetry < TimeSpan.FromMilliseconds(10) || FirstRetry > TimeSpan.FromHours(1))
            yield return $"Orrery:Outbox:FirstRetry is {FirstRetry}; it must be 10 ms to 1 h.";
        if (LongestRetry < FirstRetry)
            yield return $"Orrery:Outbox:LongestRetry is {LongestRetry}; it must be at least FirstRetry ({FirstRetry}).";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            yield return $"Orrery:Outbox:Timeout is {Timeout}; it must be 1 s to 1 h.";
        if (Poll < TimeSpan.FromMilliseconds(100) || Poll > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Outbox:Poll is {Poll}; it must be 100 ms to 1 min.";
        if (Lease < TimeSpan.FromSeconds(3) || Lease > TimeSpan.FromMinutes(10))
            yield return $"Orrery:Outbox:Lease is {Lease}; it must be 3 s to 10 min.";
        if (Retention < TimeSpan.FromMinutes(1))
            yield return $"Orrery:Outbox:Retention is {Retention}; it must be at least 1 min.";
    }
}
