namespace Orrery.Storage;

/// <summary>How an attempt ended.</summary>
internal sealed record JobEnd(JobState State)
{
    public string? Result { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public (double Progress, string Message)? Report { get; init; }
}
