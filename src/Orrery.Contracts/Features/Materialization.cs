namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/features/projects/{project}/materialize</c>.</summary>
public sealed record StartMaterialization
{
    /// <summary>Names of feature views; none for all that are served online.</summary>
    public IReadOnlyList<string> Views { get => field ?? []; init; }

    /// <summary>From when, ISO 8601, inclusive; absent for what was not materialized yet (<see cref="Rebuild"/>: for everything).</summary>
    public string? From { get; init; }

    /// <summary>Until when, ISO 8601, inclusive; absent for now. A time to come counts as now.</summary>
    public string? To { get; init; }

    /// <summary>True to bring everything back from the sources, as after a lost store; what is online and newer stays, and is served meanwhile.</summary>
    public bool Rebuild { get; init; }

    /// <summary>True to stop a run of the same view that is still at work, instead of refusing.</summary>
    public bool Force { get; init; }
}

/// <summary>The materialization of one view.</summary>
public sealed record MaterializationRun
{
    /// <summary>Id of the run, which is that of its job.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>Feature view.</summary>
    public string View { get => field ?? ""; init; }

    /// <summary>Version of the view.</summary>
    public int Version { get; init; }

    /// <summary><c>range</c>, <c>incremental</c> or <c>rebuild</c>.</summary>
    public string Mode { get => field ?? ""; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>From when, Unix milliseconds, inclusive; absent for the beginning.</summary>
    public long? From { get; init; }

    /// <summary>Until when, Unix milliseconds, inclusive.</summary>
    public long To { get; init; }

    /// <summary>How much is done, 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>What it is doing.</summary>
    public string? Message { get; init; }

    /// <summary>Entities read: the newest row of each in each part of the time.</summary>
    public long RowsRead { get; init; }

    /// <summary>Of those, rows that the online store took.</summary>
    public long RowsWritten { get; init; }

    /// <summary>Of those, rows that the online store had newer ones for.</summary>
    public long RowsOlder { get; init; }

    /// <summary>Rows set aside by quality rules.</summary>
    public long Quarantined { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>Runs: those that were started, or a page of all, newest first.</summary>
[WritesEmptyLists]
public sealed record MaterializationRunPage
{
    /// <summary>The runs.</summary>
    public IReadOnlyList<MaterializationRun> Runs { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>How one view stands online.</summary>
public sealed record OnlineViewStatus
{
    /// <summary>Feature view.</summary>
    public string View { get => field ?? ""; init; }

    /// <summary>Its current version.</summary>
    public int Version { get; init; }

    /// <summary>Until when its source was materialized, Unix milliseconds; absent for never.</summary>
    public long? MaterializedUntil { get; init; }

    /// <summary>Event time of the newest row online, Unix milliseconds; absent when there is none.</summary>
    public long? NewestEvent { get; init; }

    /// <summary>How old that row is, in seconds.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>How old it may be, in seconds; absent without a target.</summary>
    public double? TargetSeconds { get; init; }

    /// <summary>Whether it is older than it may be; a view with a target and no data is.</summary>
    public bool IsStale { get; init; }

    /// <summary>Entities online.</summary>
    public long? Rows { get; init; }

    /// <summary>Bytes they take.</summary>
    public long? Bytes { get; init; }

    /// <summary>When it is materialized by itself.</summary>
    public string? Schedule { get; init; }

    /// <summary>When that is next, Unix milliseconds.</summary>
    public long? NextRun { get; init; }

    /// <summary>The latest run.</summary>
    public MaterializationRun? LastRun { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/features/projects/{project}/online</c>.</summary>
[WritesEmptyLists]
public sealed record OnlineStatus
{
    /// <summary>By name; views that are served online.</summary>
    public IReadOnlyList<OnlineViewStatus> Views { get => field ?? []; init; }
}

/// <summary>Body of <c>POST /api/v1/features/projects/{project}/erase</c>.</summary>
public sealed record EraseEntity
{
    /// <summary>Join keys and their values: every view whose keys are exactly these is searched.</summary>
    public IReadOnlyDictionary<string, string> Entity { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary>True to delete training sets that hold the entity; else the receipt names them and is not complete.</summary>
    public bool DeleteTrainingSets { get; init; }

    /// <summary>Why, for the receipt: the number of a request, a law's article.</summary>
    public string? Reason { get; init; }
}

/// <summary>What was deleted of one entity, and what could not be.</summary>
[WritesEmptyLists]
public sealed record ErasureReceipt
{
    /// <summary>Id of the receipt.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>A code of the entity's key, in hex, the same for the same key; without the server's own key nobody can tell the key from it.</summary>
    public string EntityHash { get => field ?? ""; init; }

    /// <summary>Names of the key's columns.</summary>
    public IReadOnlyList<string> JoinKeys { get => field ?? []; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it was looked for.</summary>
    public IReadOnlyList<ErasedPlace> Places { get => field ?? []; init; }

    /// <summary>Whether nothing of it is left in any place that the platform owns.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Who asked.</summary>
    public string ErasedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long ErasedAt { get; init; }
}

/// <summary>One place of an erasure.</summary>
public sealed record ErasedPlace
{
    /// <summary><c>online</c>, <c>pushed</c>, <c>file</c>, <c>quarantine</c>, <c>historical</c>, <c>warehouse</c> or <c>training_set</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>View, source, file or training set.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Rows that were there.</summary>
    public long Found { get; init; }

    /// <summary>Rows that were deleted.</summary>
    public long Deleted { get; init; }

    /// <summary>Why some were not, and who can.</summary>
    public string? Note { get; init; }
}

/// <summary>One page of receipts, newest first.</summary>
[WritesEmptyLists]
public sealed record ErasureReceiptPage
{
    /// <summary>The receipts.</summary>
    public IReadOnlyList<ErasureReceipt> Receipts { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
