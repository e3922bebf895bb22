namespace Orrery.Serving;

/// <summary>A row of <c>srv_batch_partition</c>.</summary>
internal sealed record PartitionRow
{
    public required long Number { get; init; }

    public string State { get; init; } = BatchStates.Pending;

    public required long FirstRow { get; init; }

    public required long Rows { get; init; }

    /// <summary>Blob of its rows; null where files are read in place.</summary>
    public string? InputKey { get; init; }

    public long InputBytes { get; init; }

    public long Attempts { get; init; }

    public long Failures { get; init; }

    /// <summary>Null while there is none.</summary>
    public PartitionFile? Output { get; init; }

    /// <summary>Rows that were set aside; null for none.</summary>
    public PartitionFile? Refused { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public long? StartedAt { get; init; }

    public long? FinishedAt { get; init; }
}

/// <summary>A file that a partition wrote.</summary>
/// <param name="Key">Of its blob.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
internal sealed record PartitionFile(string Key, long Rows, long Size, string Sha256);
