namespace Orrery.Storage;

/// <summary>How an attempt ended.</summary>
/// <param name="State">Where the job stands now: final, or queued again.</param>
internal sealed record JobEnd(JobState State)
{
    public string? Result { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    /// <summary>When queued again: whether the attempt counts. One that ended with its server does not.</summary>
    public bool Counted { get; init; } = true;

    /// <summary>When queued again: how long it waits.</summary>
    public TimeSpan RetryAfter { get; init; }

    public (double Progress, string? Message)? Report { get; init; }
}
