namespace Orrery.Storage;

/// <summary>How often a kind of job is tried.</summary>
public sealed record JobPolicy
{
    /// <summary>Five attempts, 5 s to 10 min apart.</summary>
    public static readonly JobPolicy Default = new();

    /// <summary>Attempts in all, those that ended with their server among them; at least 1. Default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Wait after the first attempt; doubles with each further one. Default 5 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between attempts. Default 10 min.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long to wait after so many attempts.</summary>
    internal TimeSpan RetryAfter(int attempts) => BackOff.After(attempts, FirstRetry, LongestRetry);
}
