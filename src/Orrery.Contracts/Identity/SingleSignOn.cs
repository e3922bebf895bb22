namespace Orrery.Contracts;

/// <summary>Answer of <c>GET /api/v1/session/sso</c>.</summary>
public sealed record SsoStatus
{
    /// <summary>True when one may sign in at an identity provider.</summary>
    public bool Enabled { get; init; }

    /// <summary>What people call the provider; absent when single sign-on is off.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Where a browser begins, <c>/sso/start</c>; takes <c>?return_to=</c> and a path of this server. Absent when single sign-on is off.</summary>
    public string? StartPath { get; init; }
}

/// <summary>Who a person is at the identity provider.</summary>
public sealed record SsoLink
{
    /// <summary>The person here.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The provider.</summary>
    public required string Issuer { get; init; }

    /// <summary>The provider's id of them: the claim <c>sub</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Name of the administrator who linked them; their own where their first sign-in made them.</summary>
    public required string LinkedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset LinkedAt { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/people/{id}/sso-link</c>.</summary>
public sealed record NewSsoLink
{
    /// <summary>The provider's id of the person: the claim <c>sub</c>, 1 to 255 characters.</summary>
    public required string Subject { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/groups/{id}/external-name</c>.</summary>
public sealed record GroupExternalName
{
    /// <summary>Value of the identity provider's groups claim that puts people into the group, 1 to 256 characters; null for none.</summary>
    public string? ExternalName { get; init; }
}
