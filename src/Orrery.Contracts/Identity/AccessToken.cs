namespace Orrery.Contracts;

/// <summary>A token, without its secret.</summary>
public sealed record AccessToken
{
    /// <summary>Its public id.</summary>
    public required string TokenId { get; init; }

    /// <summary>What it is for, in its owner's words.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The only workspace it is good for; absent for all of its owner's.</summary>
    public string? Workspace { get; init; }

    /// <summary>The only permissions it is good for; absent for all of its owner's.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was revoked, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was last used, UTC, to about a minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>True when whoever made it had shown a second factor, and for service accounts: it is good for workspaces that ask for one.</summary>
    public bool SecondFactor { get; init; }
}

/// <summary>Answer of the listings of tokens, newest first.</summary>
public sealed record AccessTokenPage
{
    /// <summary>The tokens of this page.</summary>
    public IReadOnlyList<AccessToken> Tokens { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of <c>POST /api/v1/tokens</c> and <c>POST /api/v1/service-accounts/{id}/tokens</c>.</summary>
public sealed record NewAccessToken
{
    /// <summary>What it is for: 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The only workspace it shall be good for; absent for all of its owner's.</summary>
    public string? Workspace { get; init; }

    /// <summary>The only permissions it shall be good for; absent for all of its owner's.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>1 to 365; 90 when absent.</summary>
    public int? ExpiresInDays { get; init; }
}

/// <summary>A new token with its secret, which is told this once.</summary>
/// <param name="Secret">What is sent as <c>Authorization: Bearer</c>.</param>
/// <param name="Token">What is known of it.</param>
public sealed record CreatedAccessToken(string Secret, AccessToken Token);
