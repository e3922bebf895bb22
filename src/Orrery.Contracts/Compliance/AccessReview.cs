namespace Orrery.Contracts;

/// <summary>Who may do what in a workspace, at a time.</summary>
public sealed record AccessReview
{
    /// <summary>When it was read, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Grants in the workspace and everywhere.</summary>
    public IReadOnlyList<ReviewedGrant> Grants { get => field ?? []; init; }

    /// <summary>People, service accounts and groups that grants reach.</summary>
    public IReadOnlyList<ReviewedPrincipal> Principals { get => field ?? []; init; }

    /// <summary>Their tokens that are good here.</summary>
    public IReadOnlyList<ReviewedToken> Tokens { get => field ?? []; init; }

    /// <summary>Roles and what they give.</summary>
    public IReadOnlyList<ReviewedRole> Roles { get => field ?? []; init; }

    /// <summary>Whether there is more than is shown.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Whether people must sign in.</summary>
    public bool IsIdentityOn { get; init; }

    /// <summary>Issuer of single sign-on; absent without it.</summary>
    public string? SingleSignOnIssuer { get; init; }

    /// <summary>After how many minutes of quiet a session ends.</summary>
    public double SessionIdleMinutes { get; init; }

    /// <summary>After how many minutes a session ends in any case.</summary>
    public double SessionLongestMinutes { get; init; }
}

/// <summary>A grant under review.</summary>
public sealed record ReviewedGrant
{
    /// <summary>Its id.</summary>
    public string GrantId { get => field ?? ""; init; }

    /// <summary>Whether it holds in every workspace.</summary>
    public bool Everywhere { get; init; }

    /// <summary><c>principal</c> or <c>workspace</c>.</summary>
    public string SubjectKind { get => field ?? ""; init; }

    /// <summary>Name of whom it was given to.</summary>
    public string Subject { get => field ?? ""; init; }

    /// <summary>Role.</summary>
    public string Role { get => field ?? ""; init; }

    /// <summary>Kind of the only object it is for; absent for the whole workspace.</summary>
    public string? ObjectKind { get; init; }

    /// <summary>The only object it is for.</summary>
    public string? ObjectId { get; init; }

    /// <summary>Who gave it.</summary>
    public string GrantedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long GrantedAt { get; init; }

    /// <summary>When it ends, Unix milliseconds; absent for never.</summary>
    public long? ExpiresAt { get; init; }
}

/// <summary>A principal under review.</summary>
public sealed record ReviewedPrincipal
{
    /// <summary>Id.</summary>
    public string PrincipalId { get => field ?? ""; init; }

    /// <summary><c>person</c>, <c>service</c> or <c>group</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary><c>active</c> or <c>disabled</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Whether a second factor is confirmed here; one that the identity provider asks for is not seen.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>When one of its tokens was last used, Unix milliseconds; absent for never.</summary>
    public long? TokenLastUsedAt { get; init; }
}

/// <summary>A token under review.</summary>
public sealed record ReviewedToken
{
    /// <summary>Public id.</summary>
    public string TokenId { get => field ?? ""; init; }

    /// <summary>Name of whom it belongs to.</summary>
    public string Owner { get => field ?? ""; init; }

    /// <summary>Whether its owner is disabled.</summary>
    public bool IsOrphan { get; init; }

    /// <summary>What it is called.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Whether it is good in this workspace only.</summary>
    public bool ThisWorkspaceOnly { get; init; }

    /// <summary>The only permissions it is good for; absent for all of its owner's.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it ends, Unix milliseconds.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>When it was revoked, Unix milliseconds.</summary>
    public long? RevokedAt { get; init; }

    /// <summary>When it was last used, Unix milliseconds; absent for never.</summary>
    public long? LastUsedAt { get; init; }
}

/// <summary>A role under review.</summary>
public sealed record ReviewedRole
{
    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Whether every workspace has it.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<string> Permissions { get => field ?? []; init; }
}
