namespace Orrery.Contracts;

/// <summary>One page of approvals, newest first.</summary>
public sealed record ApprovalPage
{
    /// <summary>Without tokens.</summary>
    public IReadOnlyList<Approval> Approvals { get => field ?? []; init; }

    /// <summary>Token of the next page; null on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Whether a version may get the traffic of an environment now.</summary>
public sealed record StandingApproval
{
    /// <summary>Whether the environment asks for approvals at all.</summary>
    public bool IsGoverned { get; init; }

    /// <summary>The approval that stands; null for none.</summary>
    public Approval? Approval { get; init; }

    /// <summary>Why none stands, and what would help; null when one does.</summary>
    public string? Reason { get; init; }
}
