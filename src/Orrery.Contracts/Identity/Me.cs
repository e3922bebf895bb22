namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /api/v1/me</c>: who the server takes the caller for.</summary>
public sealed record Me
{
    /// <summary>Their id; <c>local-admin</c> on a server without identity.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>What they sign in with.</summary>
    public required string Name { get; init; }

    /// <summary><c>none</c>, <c>password</c>, <c>token</c> or <c>session</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Ids of the groups they are in.</summary>
    public IReadOnlyList<string> Groups { get => field ?? []; init; }

    /// <summary>Id of the token they sent.</summary>
    public string? TokenId { get; init; }

    /// <summary>The only permissions that the token is good for; absent for all of its owner's.</summary>
    public IReadOnlyList<string>? TokenPermissions { get; init; }

    /// <summary>The only workspace that the token is good for; absent for all of its owner's.</summary>
    public string? TokenWorkspace { get; init; }

    /// <summary>True when a second factor was shown or stands behind the token.</summary>
    public bool SecondFactor { get; init; }

    /// <summary>What they may do in the workspace asked in, on all of it, by name; what they may do on single objects alone is not among it.</summary>
    public IReadOnlyList<string> Permissions { get => field ?? []; init; }
}

/// <summary>Body of <c>POST /api/v1/session</c>: sign-in of a browser.</summary>
public sealed record SignIn
{
    /// <summary>One's name.</summary>
    public required string Name { get; init; }

    /// <summary>One's password.</summary>
    public required string Password { get; init; }

    /// <summary>Six digits of one's authenticator, or a recovery code; needed by who has a second factor.</summary>
    public string? Code { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/session</c> and <c>GET /api/v1/session</c>.</summary>
public sealed record WebSession
{
    /// <summary>Who is signed in.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>Their name.</summary>
    public required string Name { get; init; }

    /// <summary>To be sent as the header <c>X-Orrery-CSRF</c> with every change.</summary>
    public required string CsrfToken { get; init; }

    /// <summary>When the session ends at the latest, UTC.</summary>
    public DateTimeOffset EndsAt { get; init; }
}
