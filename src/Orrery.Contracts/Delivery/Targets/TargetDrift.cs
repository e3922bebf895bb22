namespace Orrery.Contracts;

/// <summary>Where an environment's repository, its cluster and what was delivered differ.</summary>
public sealed record TargetDrift
{
    /// <summary>The environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary><c>in_sync</c>, <c>drifted</c>, <c>refused</c> (the repository holds what no approval covers) or <c>unknown</c> (not looked at yet, or it could not be).</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Commit that was looked at; null for none.</summary>
    public string? Head { get; init; }

    /// <summary>When, Unix milliseconds; null for never.</summary>
    public long? CheckedAt { get; init; }

    /// <summary>Why it could not be looked at; null when it could.</summary>
    public string? Problem { get; init; }

    /// <summary>By name of the deployment.</summary>
    public IReadOnlyList<TargetDriftItem> Items { get => field ?? []; init; }

    /// <summary>Newest first, up to 100.</summary>
    public IReadOnlyList<TargetViolation> Violations { get => field ?? []; init; }
}

/// <summary>One deployment in a repository.</summary>
public sealed record TargetDriftItem
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>in_sync</c>, <c>foreign</c> (the repository says other than was delivered), <c>refused</c>, <c>cluster</c> (the cluster says other than the repository), <c>missing</c> (not in the cluster).</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Model and version that the repository says.</summary>
    public string? Desired { get; init; }

    /// <summary>Model and version that were delivered, or that the cluster has.</summary>
    public string? Actual { get; init; }

    /// <summary>Delivery that the repository names; null for none.</summary>
    public string? Delivery { get; init; }

    /// <summary>What differs.</summary>
    public IReadOnlyList<string> Differences { get => field ?? []; init; }
}

/// <summary>A commit that changed a governed environment without a valid approval.</summary>
public sealed record TargetViolation
{
    /// <summary>Its id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>The environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Name of the deployment.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The commit it was found in.</summary>
    public string Commit { get => field ?? ""; init; }

    /// <summary>File.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>Author of the commit, as it says itself.</summary>
    public string? Author { get; init; }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Reasons { get => field ?? []; init; }

    /// <summary>When it was found, Unix milliseconds.</summary>
    public long FoundAt { get; init; }
}

/// <summary>What came of checking manifests.</summary>
public sealed record ManifestVerdict
{
    /// <summary>Whether all hold.</summary>
    public bool Valid { get; init; }

    /// <summary>InferenceServices that were looked at.</summary>
    public int Checked { get; init; }

    /// <summary>Of them in governed environments.</summary>
    public int Governed { get; init; }

    /// <summary>What is wrong, by file.</summary>
    public IReadOnlyList<ManifestFault> Faults { get => field ?? []; init; }
}

/// <summary>What is wrong with a manifest.</summary>
/// <param name="Path">The file.</param>
/// <param name="Message">What, and what would be right.</param>
public sealed record ManifestFault(string Path, string Message);
