namespace Orrery.Features;

/// <summary>How far a view's stored values are. Times are microseconds since 1970 UTC.</summary>
/// <param name="Since">Event times from it on were brought online, <see cref="long.MinValue"/> for all; null for none.</param>
/// <param name="Until">The greatest event time brought online in order; null for none.</param>
/// <param name="CreatedUntil">The greatest created time seen.</param>
/// <param name="Newest">Event time of the newest row online.</param>
/// <param name="IsStale">Whether the freshness target is missed, and was told.</param>
internal sealed record MaterializationState(long? Since, long? Until, long? CreatedUntil, long? Newest, bool IsStale)
{
    public static readonly MaterializationState None = new(null, null, null, null, IsStale: false);
}

/// <summary>One run. Times of data are microseconds since 1970 UTC, others Unix milliseconds.</summary>
internal sealed record MaterializationRow
{
    public required string RunId { get; init; }

    public required string Project { get; init; }

    public required string ViewId { get; init; }

    public required string View { get; init; }

    public required int Version { get; init; }

    public required int StorageVersion { get; init; }

    /// <summary>Of <see cref="MaterializationModes"/>.</summary>
    public required string Mode { get; init; }

    public long? From { get; init; }

    public required long To { get; init; }

    /// <summary>Event times up to it are done; null before the first part.</summary>
    public long? Cursor { get; init; }

    public long RowsRead { get; init; }

    public long RowsWritten { get; init; }

    public long Quarantined { get; init; }

    /// <summary>queued, running, succeeded, failed, cancelled.</summary>
    public required string State { get; init; }

    public string? Error { get; init; }

    public required string CreatedBy { get; init; }

    public required long CreatedAt { get; init; }

    public long? FinishedAt { get; init; }
}

/// <summary>What a run brings online.</summary>
internal static class MaterializationModes
{
    /// <summary>A time that was asked for.</summary>
    public const string Range = "range";

    /// <summary>What came since the last run, late rows with it.</summary>
    public const string Incremental = "incremental";

    /// <summary>Everything, into an emptied table.</summary>
    public const string Rebuild = "rebuild";
}
