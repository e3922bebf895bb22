namespace Orrery.Registry;

/// <summary>How webhooks are called. Section <c>Orrery:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Webhooks may go to loopback, private and link-local addresses. Default false: whoever may make a webhook could otherwise
    /// make the server call what only the server can reach.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Longest time one attempt may take, 1 s to 1 min. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts before a delivery is given up, 1 to 20. Default 8, which is about two hours.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Wait after the first failed attempt; four times as long after each further one. 10 ms to 1 h. Default 1 s.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts, at least <see cref="FirstRetry"/>. Default 1 h.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many webhooks this server calls at once, 1 to 256; each gets one call at a time. Default 16.</summary>
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>How long finished deliveries are kept, at least 1 min. Default 7 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Webhooks:Timeout is {Timeout}; it must be 1 s to 1 min.";
        if (MaxAttempts is < 1 or > 20)
            yield return $"Orrery:Webhooks:MaxAttempts is {MaxAttempts}; it must be 1 to 20.";
        if (FirstRetry < TimeSpan.FromMilliseconds(10) || FirstRetry > TimeSpan.FromHours(1))
            yield return $"Orrery:Webhooks:FirstRetry is {FirstRetry}; it must be 10 ms to 1 h.";
        if (LongestRetry < FirstRetry)
            yield return $"Orrery:Webhooks:LongestRetry is {LongestRetry}; it must be at least FirstRetry ({FirstRetry}).";
        if (MaxConcurrent is < 1 or > 256)
            yield return $"Orrery:Webhooks:MaxConcurrent is {MaxConcurrent}; it must be 1 to 256.";
        if (Retention < TimeSpan.FromMinutes(1))
            yield return $"Orrery:Webhooks:Retention is {Retention}; it must be at least 1 min.";
    }

    /// <summary>How long to wait after so many attempts.</summary>
    internal TimeSpan RetryAfter(long attempts) =>
        TimeSpan.FromTicks((long)Math.Min(LongestRetry.Ticks, FirstRetry.Ticks * Math.Pow(4, attempts - 1)));
}
