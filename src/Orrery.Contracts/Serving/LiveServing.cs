namespace Orrery.Contracts;

/// <summary>What became of a run or a version: where it is deployed, and how it fares.</summary>
public sealed record LiveServing
{
    /// <summary>The server that was asked, whose figures these are.</summary>
    public string Node { get => field ?? ""; init; }

    /// <summary>The versions that were asked about.</summary>
    public IReadOnlyList<LiveVersion> Versions { get => field ?? []; init; }

    /// <summary>Variants of deployments that have them answer, by environment and name.</summary>
    public IReadOnlyList<ServedVersion> Served { get => field ?? []; init; }
}

/// <summary>A version of a registered model.</summary>
public sealed record LiveVersion
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }
}

/// <summary>A variant of a deployment that has a version answer.</summary>
public sealed record ServedVersion
{
    /// <summary>Environment of the deployment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Its name.</summary>
    public string Deployment { get => field ?? ""; init; }

    /// <summary>Its revision.</summary>
    public long Revision { get; init; }

    /// <summary>Name of the variant.</summary>
    public string Variant { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Whether nothing that it says is returned.</summary>
    public bool Shadow { get; init; }

    /// <summary>Share of the requests, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Figures of the server that was asked; absent when the variant has answered nothing there.</summary>
    public LiveFigures? Live { get; init; }

    /// <summary>How a shadow compared on the server that was asked; absent of those that answer, and of one that was not asked yet.</summary>
    public ShadowFigures? Compared { get; init; }
}

/// <summary>How a variant fares on one server, in about the last minute.</summary>
public sealed record LiveFigures
{
    /// <summary>Requests.</summary>
    public long Requests { get; init; }

    /// <summary>Of these, the share that failed there: errors of the model, timeouts, overload.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Median of the latency, milliseconds, up to a fifth too high; absent without requests.</summary>
    public double? P50Ms { get; init; }

    /// <summary>95th percentile of the latency.</summary>
    public double? P95Ms { get; init; }

    /// <summary>99th percentile of the latency.</summary>
    public double? P99Ms { get; init; }

    /// <summary>Requests since the server began, or since the variant was idle for an hour.</summary>
    public long RequestsTotal { get; init; }
}

/// <summary>How a shadow's answers compared with those that were given, on one server since it started.</summary>
public sealed record ShadowFigures
{
    /// <summary>Requests that both answered.</summary>
    public long Compared { get; init; }

    /// <summary>Of these, those that both answered alike: all labels equal, and numbers no further apart than 0.000001.</summary>
    public long Same { get; init; }

    /// <summary>Requests that the shadow failed at.</summary>
    public long Failed { get; init; }

    /// <summary>Requests that it was not shown, for want of time.</summary>
    public long Dropped { get; init; }

    /// <summary>Share of labels (whole numbers, texts, truth values) that were equal, 0 to 1; absent without labels.</summary>
    public double? LabelsEqual { get; init; }

    /// <summary>Largest absolute difference of numbers; absent without numbers, and where only one of both had a finite one.</summary>
    public double? LargestDifference { get; init; }
}
