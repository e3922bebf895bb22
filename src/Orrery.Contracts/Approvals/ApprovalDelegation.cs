namespace Orrery.Contracts;

/// <summary>That somebody who holds a role lets another decide in it for a time.</summary>
public sealed record ApprovalDelegation
{
    /// <summary>Id: 32 hexadecimal digits.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>The role.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>Who holds it.</summary>
    public string From { get => field ?? ""; init; }

    /// <summary>Who may decide.</summary>
    public string To { get => field ?? ""; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was taken back; null while it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>Lets another decide in a role of one's own for a time.</summary>
public sealed record DelegateApprovals
{
    /// <summary>A role that one holds oneself.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>Name of the person who may decide.</summary>
    public string To { get => field ?? ""; init; }

    /// <summary>Since when; null for now.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Until when, 90 days after the start at the latest.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Why, up to 1,000 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>Delegations that hold now or will, and those that ended, newest first.</summary>
public sealed record ApprovalDelegationPage
{
    /// <summary>The page.</summary>
    public IReadOnlyList<ApprovalDelegation> Delegations { get => field ?? []; init; }

    /// <summary>Token of the next page; null on the last.</summary>
    public string? NextPageToken { get; init; }
}
