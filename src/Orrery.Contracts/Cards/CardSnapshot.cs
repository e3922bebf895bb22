namespace Orrery.Contracts;

/// <summary>A card as it was, which nobody can change any more.</summary>
public sealed record CardSnapshot
{
    /// <summary>SHA-256 of the card in the canonical form of RFC 8785, 64 lower-case hex digits.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>Registered model, as it was called then.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Share of the fields that were filled, 0 to 1.</summary>
    public double Score { get; init; }

    /// <summary>Who took it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>The card; absent in lists.</summary>
    public ModelCard? Card { get; init; }
}

/// <summary>Snapshots, newest first.</summary>
public sealed record CardSnapshotPage
{
    /// <summary>On this page.</summary>
    public IReadOnlyList<CardSnapshot> Snapshots { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
