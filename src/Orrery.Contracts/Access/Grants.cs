namespace Orrery.Contracts;

/// <summary>A role given to somebody, in the workspace of the call.</summary>
public sealed record GrantInfo
{
    /// <summary>Its id.</summary>
    public required string GrantId { get; init; }

    /// <summary><c>principal</c> (a person, service account or group) or <c>workspace</c> (everybody with a role in it: a share).</summary>
    public required string SubjectKind { get; init; }

    /// <summary>Name of the principal or workspace.</summary>
    public required string Subject { get; init; }

    /// <summary>A built-in role or one of the workspace's own.</summary>
    public required string Role { get; init; }

    /// <summary><c>experiment</c> or <c>model</c>; absent for the whole workspace.</summary>
    public string? ObjectKind { get; init; }

    /// <summary>The object's id; absent for the whole workspace.</summary>
    public string? ObjectId { get; init; }

    /// <summary>What the object is called; absent for the whole workspace, and when it is gone.</summary>
    public string? ObjectName { get; init; }

    /// <summary>Who granted it.</summary>
    public required string GrantedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset GrantedAt { get; init; }

    /// <summary>When it ends; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Body of <c>POST /api/v1/grants</c>. Granting again what is granted changes its end only.</summary>
public sealed record CreateGrant
{
    /// <summary>Name of a person, service account or group; with <see cref="SubjectKind"/> <c>workspace</c>, of a workspace.</summary>
    public required string Subject { get; init; }

    /// <summary><c>principal</c> (default) or <c>workspace</c>: shares one object, to be read, with everybody who has a role there.</summary>
    public string? SubjectKind { get; init; }

    /// <summary>A built-in role or one of the workspace's own; <c>viewer</c> for a share.</summary>
    public required string Role { get; init; }

    /// <summary><c>experiment</c> or <c>model</c>; absent for the whole workspace.</summary>
    public string? ObjectKind { get; init; }

    /// <summary>Id or name of the object; absent for the whole workspace.</summary>
    public string? ObjectId { get; init; }

    /// <summary>When it ends; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/grants?object_kind=&amp;object_id=&amp;limit=&amp;page_token=</c>.</summary>
public sealed record GrantPage
{
    /// <summary>The grants of this page.</summary>
    public IReadOnlyList<GrantInfo> Grants { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A role: a set of permissions.</summary>
public sealed record RoleInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whom it is for.</summary>
    public string? Description { get; init; }

    /// <summary>True for the roles that every workspace has.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<string> Permissions { get => field ?? []; init; }
}

/// <summary>Body of <c>PUT /api/v1/roles/{name}</c>.</summary>
public sealed record PutRole
{
    /// <summary>Whom it is for, up to 400 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Names of the catalogue, at least one; only such as one holds oneself.</summary>
    public IReadOnlyList<string> Permissions { get => field ?? []; init; }
}

/// <summary>Answer of <c>GET /api/v1/roles</c>.</summary>
public sealed record RoleList
{
    /// <summary>The built-in roles, then the workspace's own.</summary>
    public IReadOnlyList<RoleInfo> Roles { get => field ?? []; init; }

    /// <summary>Every permission there is.</summary>
    public IReadOnlyList<PermissionInfo> Permissions { get => field ?? []; init; }
}

/// <summary>A permission of the catalogue.</summary>
/// <param name="Name">Module and verb.</param>
/// <param name="Scope"><c>workspace</c>, <c>platform</c> or <c>self</c>.</param>
/// <param name="Description">What it lets one do.</param>
public sealed record PermissionInfo(string Name, string Scope, string Description);

/// <summary>An object that another workspace shares with the one of the call; read it under <c>/w/{workspace}</c>.</summary>
/// <param name="Workspace">The workspace that shares it.</param>
/// <param name="ObjectKind"><c>experiment</c> or <c>model</c>.</param>
/// <param name="ObjectId">Its id there.</param>
public sealed record SharedObject(string Workspace, string ObjectKind, string ObjectId)
{
    /// <summary>What it is called there; absent when it is gone.</summary>
    public string? ObjectName { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/shared</c>.</summary>
public sealed record SharedObjectList
{
    /// <summary>What is shared.</summary>
    public IReadOnlyList<SharedObject> Objects { get => field ?? []; init; }
}
