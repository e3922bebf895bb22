namespace Orrery.Contracts;

/// <summary>Asks for the scan of a version's files.</summary>
public sealed record ScanRequest
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version.</summary>
    public string Version { get => field ?? ""; init; }
}

/// <summary>Accepts something that a scan found.</summary>
public sealed record AcceptFinding
{
    /// <summary>Of the finding.</summary>
    public string Fingerprint { get => field ?? ""; init; }

    /// <summary>Why it does no harm.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>Until when, Unix milliseconds; absent for always.</summary>
    public long? Until { get; init; }
}

/// <summary>A page of scans.</summary>
public sealed record ScanPage
{
    /// <summary>Newest first.</summary>
    public IReadOnlyList<ScanReport> Scans { get => field ?? []; init; }

    /// <summary>Of the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
