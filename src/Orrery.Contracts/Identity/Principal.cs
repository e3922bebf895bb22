namespace Orrery.Contracts;

/// <summary>A person, a group or a service account.</summary>
public sealed record Principal
{
    /// <summary>Its id, never given again: <c>usr_</c>, <c>grp_</c> or <c>svc_</c> and 22 characters.</summary>
    public required string PrincipalId { get; init; }

    /// <summary><c>person</c>, <c>group</c> or <c>service</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What one signs in with, or the group's name; lower case, one namespace for all kinds.</summary>
    public required string Name { get; init; }

    /// <summary>For people to read.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Of a person, when known.</summary>
    public string? Email { get; init; }

    /// <summary><c>active</c> or <c>disabled</c>.</summary>
    public required string State { get; init; }

    /// <summary>The workspace a service account belongs to.</summary>
    public string? Workspace { get; init; }

    /// <summary>Of a group: the value of the identity provider's groups claim that puts people into it.</summary>
    public string? ExternalName { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of who made it.</summary>
    public string? CreatedBy { get; init; }
}

/// <summary>Answer of the listings of people, groups, service accounts and members, by name.</summary>
public sealed record PrincipalPage
{
    /// <summary>Those of this page.</summary>
    public IReadOnlyList<Principal> Principals { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of <c>POST /api/v1/people</c>.</summary>
public sealed record NewPerson
{
    /// <summary>What they sign in with: 1 to 64 letters, digits and <c>. _ - @ +</c>; kept in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Up to 254 characters.</summary>
    public string? Email { get; init; }

    /// <summary>12 to 256 characters; absent for people who sign in elsewhere.</summary>
    public string? Password { get; init; }
}

/// <summary>Body of <c>POST /api/v1/groups</c>.</summary>
public sealed record NewGroup
{
    /// <summary>1 to 64 letters, digits and <c>. _ - @ +</c>; kept in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Value of the identity provider's groups claim that puts people into the group, up to 256 characters.</summary>
    public string? ExternalName { get; init; }
}

/// <summary>Body of <c>POST /api/v1/service-accounts</c>.</summary>
public sealed record NewServiceAccount
{
    /// <summary>1 to 64 letters, digits and <c>. _ - @ +</c>; kept in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The workspace it belongs to.</summary>
    public required string Workspace { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/people/{id}/state</c> and of the same for groups and service accounts.</summary>
public sealed record PrincipalState
{
    /// <summary><c>active</c> or <c>disabled</c>.</summary>
    public required string State { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/people/{id}/password</c> and <c>PUT /api/v1/me/password</c>.</summary>
public sealed record NewPassword
{
    /// <summary>12 to 256 characters, without one's name, not a common one.</summary>
    public required string Password { get; init; }

    /// <summary>The present one; needed for one's own.</summary>
    public string? Current { get; init; }

    /// <summary>Whether the person's tokens go on; for an administrator, who ends them by default. One's own stay in any case.</summary>
    public bool? KeepTokens { get; init; }
}

/// <summary>Body of <c>POST /api/v1/admin/init</c>: makes the first administrator and turns identity on.</summary>
public sealed record FirstAdministrator
{
    /// <summary>What they sign in with.</summary>
    public required string Name { get; init; }

    /// <summary>12 to 256 characters.</summary>
    public required string Password { get; init; }
}
