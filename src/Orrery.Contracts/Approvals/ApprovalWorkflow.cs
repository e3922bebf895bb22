namespace Orrery.Contracts;

/// <summary>A version of a workflow in a workspace.</summary>
public sealed record ApprovalWorkflow
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Counts its changes in the workspace; 0 for one that is built in.</summary>
    public int Version { get; init; }

    /// <summary>SHA-256 of the canonical JSON of <see cref="Spec"/>.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>Whether requests follow it now, if they are of its tiers.</summary>
    public bool InForce { get; init; }

    /// <summary>What it says.</summary>
    public ApprovalWorkflowSpec? Spec { get; init; }

    /// <summary>As it was written, YAML.</summary>
    public string? Source { get; init; }

    /// <summary>Who set it; null for one that is built in.</summary>
    public string? SetBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? SetAt { get; init; }
}

/// <summary>Workflows by name.</summary>
public sealed record ApprovalWorkflowList
{
    /// <summary>The newest of each name, or the versions of one name, newest first.</summary>
    public IReadOnlyList<ApprovalWorkflow> Workflows { get => field ?? []; init; }
}

/// <summary>A workflow as it is written.</summary>
public sealed record ApprovalWorkflowText
{
    /// <summary>YAML, up to 64 KiB.</summary>
    public string Yaml { get => field ?? ""; init; }
}
