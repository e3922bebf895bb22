namespace Orrery.Contracts;

/// <summary>A file that sources may name.</summary>
public sealed record FeatureFile
{
    /// <summary>As sources name it.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>64 lower-case hex digits.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>Who uploaded it.</summary>
    public string UploadedBy { get => field ?? ""; init; }

    /// <summary>Unix milliseconds.</summary>
    public long UploadedAt { get; init; }
}

/// <summary>A page of files.</summary>
[WritesEmptyLists]
public sealed record FeatureFilePage
{
    /// <summary>By path.</summary>
    public IReadOnlyList<FeatureFile> Files { get => field ?? []; init; }

    /// <summary>For the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A historical request that runs as a job.</summary>
public sealed record HistoricalJobStatus
{
    /// <summary>Identifies it.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing.</summary>
    public string? Message { get; init; }

    /// <summary>Code of what went wrong; absent when nothing did.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What went wrong; absent when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Path of what it gave; absent until it succeeded.</summary>
    public string? Result { get; init; }
}

/// <summary>A training set.</summary>
public record TrainingSetInfo
{
    /// <summary>Identifies it.</summary>
    public string TrainingSetId { get => field ?? ""; init; }

    /// <summary>Of the project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>As its maker called it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>building</c>, <c>ready</c>, <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Who made it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>The job that makes it.</summary>
    public string? JobId { get; init; }

    /// <summary>SHA-256 of its rows; absent until it is ready.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Absent until it is ready.</summary>
    public long? RowCount { get; init; }

    /// <summary>Bytes of its file; absent until it is ready.</summary>
    public long? Size { get; init; }

    /// <summary>Why it could not be made.</summary>
    public string? Problem { get; init; }
}

/// <summary>A page of training sets.</summary>
[WritesEmptyLists]
public sealed record TrainingSetPage
{
    /// <summary>Newest first.</summary>
    public IReadOnlyList<TrainingSetInfo> TrainingSets { get => field ?? []; init; }

    /// <summary>For the page after; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>What making a training set again gave.</summary>
[WritesEmptyLists]
public sealed record TrainingSetReproduction
{
    /// <summary>Its rows are the same.</summary>
    public bool Equal { get; init; }

    /// <summary>The hash of the manifest.</summary>
    public string Expected { get => field ?? ""; init; }

    /// <summary>The hash of the rows made now.</summary>
    public string ContentHash { get => field ?? ""; init; }

    /// <summary>Rows made now.</summary>
    public long RowCount { get; init; }

    /// <summary>What is not as it was.</summary>
    public IReadOnlyList<string> Differences { get => field ?? []; init; }

    /// <summary>The job that does it, when it takes longer than a request may; all else is absent then.</summary>
    public string? JobId { get; init; }
}
