using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>A team's namespace.</summary>
internal sealed record Workspace
{
    public required WorkspaceId Id { get; init; }

    public required string Name { get; init; }

    public string DisplayName { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Whom its cost is charged to.</summary>
    public string CostCentre { get; init; } = "";

    /// <summary>Whom to ask for access and quota.</summary>
    public string Contact { get; init; } = "";

    /// <summary>People must have shown a second factor to work in it.</summary>
    public bool NeedsSecondFactor { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Rises with each change, for optimistic concurrency.</summary>
    public long Version { get; init; } = 1;
}
