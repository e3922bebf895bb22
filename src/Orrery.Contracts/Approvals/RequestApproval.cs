namespace Orrery.Contracts;

/// <summary>Asks that a version may get the traffic of an environment.</summary>
public sealed record RequestApproval
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Environment whose traffic it is for. Default <c>production</c>.</summary>
    public string Environment { get => field ?? "production"; init; }

    /// <summary>Why, 1 to 4,000 characters.</summary>
    public string Justification { get => field ?? ""; init; }

    /// <summary>The endpoint elsewhere that is to answer for the version; null when the version itself does. The approval holds for that endpoint alone.</summary>
    public RemoteSpec? Remote { get; init; }

    /// <summary>The delivery that waits for it; null for none.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>Asks for an emergency waiver: one person of the roles that the workflow names decides, and it is reviewed afterwards.</summary>
    public bool Emergency { get; init; }

    /// <summary>Hours that the waiver is to hold, 1 to what the workflow allows; null for the workflow's default.</summary>
    public int? Hours { get; init; }
}

/// <summary>Decides in one seat of an approval.</summary>
public sealed record DecideApproval
{
    /// <summary><c>approve</c> or <c>reject</c>.</summary>
    public string Decision { get => field ?? ""; init; }

    /// <summary>The role to decide in, for who holds several; null for the first that is open.</summary>
    public string? Role { get; init; }

    /// <summary>What to say, up to 4,000 characters; needed to reject.</summary>
    public string? Comment { get; init; }

    /// <summary>What must be done afterwards, up to 20; only with <c>approve</c>.</summary>
    public IReadOnlyList<ApprovalCondition> Conditions { get => field ?? []; init; }
}

/// <summary>Why an approval is ended: withdrawn or revoked.</summary>
public sealed record EndApproval
{
    /// <summary>1 to 2,000 characters; a withdrawal needs none.</summary>
    public string? Reason { get; init; }
}

/// <summary>Says something about an approval.</summary>
public sealed record CommentApproval
{
    /// <summary>1 to 4,000 characters.</summary>
    public string Text { get => field ?? ""; init; }
}
