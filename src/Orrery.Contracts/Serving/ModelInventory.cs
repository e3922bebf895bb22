namespace Orrery.Contracts;

/// <summary>One page of which versions of which models are deployed where, at a time.</summary>
public sealed record ModelInventory
{
    /// <summary>The time it is true of, Unix milliseconds.</summary>
    public long AsOf { get; init; }

    /// <summary>By environment, deployment, and as the variants stand in it.</summary>
    public IReadOnlyList<InventoryEntry> Entries { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A version that a deployment has answer, at a time.</summary>
public sealed record InventoryEntry
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment of the deployment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Its name.</summary>
    public string Deployment { get => field ?? ""; init; }

    /// <summary>Its revision then.</summary>
    public long Revision { get; init; }

    /// <summary>Name of the variant.</summary>
    public string Variant { get => field ?? ""; init; }

    /// <summary>Whether nothing that it said was returned.</summary>
    public bool Shadow { get; init; }

    /// <summary>Share of the requests, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Since when the deployment was at that revision, Unix milliseconds.</summary>
    public long Since { get; init; }

    /// <summary>Who made the revision.</summary>
    public string ChangedBy { get => field ?? ""; init; }
}
