namespace Orrery.Contracts;

/// <summary>What a scan found in the files of a version. Nothing of them was run.</summary>
public sealed record ScanReport
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Registered model that was scanned first with these files.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Of the package: the same files, the same scan.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>Of the rules, the advisories among them: others scan anew.</summary>
    public string Rules { get => field ?? ""; init; }

    /// <summary><c>clean</c>, <c>warnings</c> or <c>refused</c>, with what was accepted left out.</summary>
    public string Verdict { get => field ?? ""; init; }

    /// <summary>Worst first.</summary>
    public IReadOnlyList<ScanFinding> Findings { get => field ?? []; init; }

    /// <summary>Packages that the model needs.</summary>
    public IReadOnlyList<ScanDependency> Dependencies { get => field ?? []; init; }

    /// <summary>Files of the package.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}

/// <summary>Something that a scan found.</summary>
public sealed record ScanFinding
{
    /// <summary>Names the finding within its package.</summary>
    public string Fingerprint { get => field ?? ""; init; }

    /// <summary>Stable name of the rule: <c>pickle.import</c>.</summary>
    public string Rule { get => field ?? ""; init; }

    /// <summary><c>info</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public string Severity { get => field ?? ""; init; }

    /// <summary>Whether it refuses the version, unless it is accepted.</summary>
    public bool Refuses { get; init; }

    /// <summary>File in the package; what lies in an archive follows it after <c>!</c>.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>What was found. Never a secret itself.</summary>
    public string Message { get => field ?? ""; init; }

    /// <summary>Id of an advisory.</summary>
    public string? Reference { get; init; }

    /// <summary>Who accepted it; absent when nobody did.</summary>
    public string? AcceptedBy { get; init; }

    /// <summary>Why it was accepted.</summary>
    public string? AcceptedReason { get; init; }

    /// <summary>Until when it is accepted, Unix milliseconds; absent for always.</summary>
    public long? AcceptedUntil { get; init; }
}

/// <summary>A package that a model needs.</summary>
public sealed record ScanDependency
{
    /// <summary>Name, as PyPI normalises it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The only version that is allowed; absent when there are several.</summary>
    public string? Version { get; init; }

    /// <summary>As it was written.</summary>
    public string Specifier { get => field ?? ""; init; }

    /// <summary>File that names it.</summary>
    public string Source { get => field ?? ""; init; }

    /// <summary><c>pypi</c> or <c>conda</c>.</summary>
    public string Ecosystem { get => field ?? ""; init; }
}
