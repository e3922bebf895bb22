namespace Orrery.Storage;

/// <summary>How this server runs jobs. Section <c>Orrery:Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Jobs this server runs at once, 0 to 256; 0 leaves them to other servers. Default 4.</summary>
    public int MaxConcurrent { get; set; } = 4;

    /// <summary>
    /// How long a job stays with a server that is not heard of, 3 s to 1 h. Servers' clocks must agree well within it. Default 30 s.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between looks into the queue; up to twice that, at random. 100 ms to 1 min. Default 1 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two writes of a job's progress, 100 ms to a third of the lease. Default 1 s.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long finished jobs are kept, at least 1 min. Default 30 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often a lease is renewed and a cancellation seen.</summary>
    internal TimeSpan Heartbeat => Lease / 3;

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxConcurrent is < 0 or > 256)
            yield return $"Orrery:Jobs:MaxConcurrent is {MaxConcurrent}; it must be 0 to 256.";
        if (Lease < TimeSpan.FromSeconds(3) || Lease > TimeSpan.FromHours(1))
            yield return $"Orrery:Jobs:Lease is {Lease}; it must be 3 s to 1 h.";
        if (Poll < TimeSpan.FromMilliseconds(100) || Poll > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Jobs:Poll is {Poll}; it must be 100 ms to 1 min.";
        if (ProgressInterval < TimeSpan.FromMilliseconds(100) || ProgressInterval > Heartbeat)
            yield return $"Orrery:Jobs:ProgressInterval is {ProgressInterval}; it must be 100 ms to a third of the lease ({Heartbeat}).";
        if (Retention < TimeSpan.FromMinutes(1))
            yield return $"Orrery:Jobs:Retention is {Retention}; it must be at least 1 min.";
    }
}
