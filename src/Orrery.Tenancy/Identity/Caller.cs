namespace Orrery.Tenancy;

/// <summary>Who sent a request, and how they proved it.</summary>
/// <param name="PrincipalId">Of <c>ten_principal</c>; <c>local-admin</c> on a server without identity.</param>
/// <param name="Name">What they sign in with; stands in records.</param>
/// <param name="Method"><c>none</c>, <c>password</c>, <c>token</c> or <c>session</c>.</param>
public sealed record Caller(string PrincipalId, string Name, string Method)
{
    /// <summary>Who acts on a server without identity: everything is theirs.</summary>
    public static readonly Caller LocalAdmin = new("local-admin", "local-admin", "none");

    /// <summary>Ids of the groups they are in.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What their token may at most do; null without a token.</summary>
    public TokenScope? Token { get; init; }

    /// <summary>True when they showed a second factor, or the identity provider vouches for one; a token has its maker's, whoever's token it is.</summary>
    public bool SecondFactor { get; init; }

    /// <summary>True on a server without identity.</summary>
    public bool IsLocalAdmin => ReferenceEquals(this, LocalAdmin);
}

/// <summary>What a token may at most do: it never gives more than its owner has.</summary>
/// <param name="TokenId">Its public id.</param>
/// <param name="Workspace">Number of the only workspace it is good for, and the one of calls that name none; null for all of its owner's.</param>
/// <param name="Permissions">The only permissions it is good for; null for all of its owner's.</param>
public sealed record TokenScope(string TokenId, long? Workspace, IReadOnlySet<string>? Permissions);
