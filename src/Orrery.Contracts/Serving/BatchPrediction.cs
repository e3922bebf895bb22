namespace Orrery.Contracts;

/// <summary>A batch prediction as it stands.</summary>
public sealed record BatchPrediction
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary><c>planning</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>What was asked for.</summary>
    public BatchPredictionSpec Spec { get => field ?? new(); init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Why it failed: a stable code.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>How far it is.</summary>
    public BatchProgress Progress { get => field ?? new(); init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When it was asked for, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When its partitions were begun, Unix milliseconds; absent before.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>When it will be deleted with its output, Unix milliseconds; absent until it has ended.</summary>
    public long? ExpiresAt { get; init; }
}

/// <summary>How far a batch prediction is.</summary>
public sealed record BatchProgress
{
    /// <summary>Partitions in all; 0 until it is planned.</summary>
    public long Partitions { get; init; }

    /// <summary>Partitions that are done.</summary>
    public long PartitionsDone { get; init; }

    /// <summary>Partitions that failed.</summary>
    public long PartitionsFailed { get; init; }

    /// <summary>Rows in all; 0 until it is planned.</summary>
    public long Rows { get; init; }

    /// <summary>Rows of partitions that are done, refused ones among them.</summary>
    public long RowsDone { get; init; }

    /// <summary>Rows that were refused and set aside.</summary>
    public long RowsRefused { get; init; }

    /// <summary>Of these, rows whose subjects have opted out of predictions; they do not count against <c>max_refused</c>.</summary>
    public long RowsLeftOut { get; init; }

    /// <summary>Rows a second since it began; absent until a partition is done.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>When it will end at this rate, Unix milliseconds; absent when nobody can tell.</summary>
    public long? EstimatedEndAt { get; init; }

    /// <summary>Bytes of the output so far.</summary>
    public long OutputBytes { get; init; }
}

/// <summary>One page of batch predictions, newest first.</summary>
public sealed record BatchPredictionPage
{
    /// <summary>The batch predictions.</summary>
    public IReadOnlyList<BatchPrediction> BatchPredictions { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A partition of a batch prediction.</summary>
public sealed record BatchPartition
{
    /// <summary>Place, from 0; the output has the same order.</summary>
    public long Number { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>First row of the input, from 0.</summary>
    public long FirstRow { get; init; }

    /// <summary>Rows of the input.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were refused.</summary>
    public long RowsRefused { get; init; }

    /// <summary>How often it was begun.</summary>
    public long Attempts { get; init; }

    /// <summary>Why it last failed: a stable code.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it last failed.</summary>
    public string? Error { get; init; }

    /// <summary>When it was last begun, Unix milliseconds.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it was done, Unix milliseconds.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>One page of partitions, by number.</summary>
public sealed record BatchPartitionPage
{
    /// <summary>The partitions.</summary>
    public IReadOnlyList<BatchPartition> Partitions { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A file of a batch prediction's output.</summary>
public sealed record BatchFile
{
    /// <summary>Name; the files' order is that of their names, which is the rows'.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>predictions</c> or <c>refused</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Rows in it.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>64 lower-case hex digits.</summary>
    public string Sha256 { get => field ?? ""; init; }
}

/// <summary>One page of a batch prediction's output, in order.</summary>
public sealed record BatchFilePage
{
    /// <summary>The files.</summary>
    public IReadOnlyList<BatchFile> Files { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
