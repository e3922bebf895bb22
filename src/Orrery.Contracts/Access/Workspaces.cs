namespace Orrery.Contracts;

/// <summary>A workspace: a team's namespace.</summary>
public sealed record WorkspaceInfo
{
    /// <summary>1 to 63 lower-case letters, digits and inner dashes; stands in <c>/w/{workspace}</c>. Never changes.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What the team does.</summary>
    public string? Description { get; init; }

    /// <summary>Whom its cost is charged to.</summary>
    public string? CostCentre { get; init; }

    /// <summary>Whom to ask for access and quota.</summary>
    public string? Contact { get; init; }

    /// <summary>True when people need a second factor to work in it.</summary>
    public bool NeedsSecondFactor { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Rises with each change; an update names the one it was made from.</summary>
    public long Version { get; init; }
}

/// <summary>Body of <c>POST /api/v1/workspaces</c>.</summary>
public sealed record CreateWorkspace
{
    /// <summary>1 to 63 lower-case letters, digits and inner dashes.</summary>
    public required string Name { get; init; }

    /// <summary>For people, up to 200 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What the team does, up to 4000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whom its cost is charged to, up to 200 characters.</summary>
    public string? CostCentre { get; init; }

    /// <summary>Whom to ask for access and quota, up to 200 characters.</summary>
    public string? Contact { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/workspaces/{name}</c>: what is absent stays.</summary>
public sealed record UpdateWorkspace
{
    /// <summary>Of the workspace that was read; a newer one is a 409. Absent: whatever it is.</summary>
    public long? Version { get; init; }

    /// <summary>For people, up to 200 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What the team does, up to 4000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whom its cost is charged to, up to 200 characters.</summary>
    public string? CostCentre { get; init; }

    /// <summary>Whom to ask for access and quota, up to 200 characters.</summary>
    public string? Contact { get; init; }

    /// <summary>People need a second factor to work in it.</summary>
    public bool? NeedsSecondFactor { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/workspaces?limit=&amp;page_token=</c>, by name.</summary>
public sealed record WorkspacePage
{
    /// <summary>The workspaces of this page.</summary>
    public IReadOnlyList<WorkspaceInfo> Workspaces { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
