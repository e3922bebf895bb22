namespace Orrery.Storage;

/// <summary>A job as it stands.</summary>
public sealed record Job
{
    /// <summary>Its id.</summary>
    public required JobId Id { get; init; }

    /// <summary>Which handler runs it: <c>tracking.gc</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>What was asked for: JSON, the kind's own.</summary>
    public required string Payload { get; init; }

    /// <summary>What came out: JSON, the kind's own; null until it succeeded, or when there is nothing to say.</summary>
    public string? Result { get; init; }

    /// <summary>Failure code of the last attempt that failed; null when none did.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What went wrong in the last attempt that failed.</summary>
    public string? Error { get; init; }

    /// <summary>How far it is, 0 to 1.</summary>
    public required double Progress { get; init; }

    /// <summary>What it is doing, for people.</summary>
    public required string Message { get; init; }

    /// <summary>Attempts begun.</summary>
    public required int Attempts { get; init; }

    /// <summary>Somebody asked to stop it.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>At most one unfinished job of a kind has this key.</summary>
    public string? DedupeKey { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its latest attempt began; null before the first.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached its final state; null until then.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
