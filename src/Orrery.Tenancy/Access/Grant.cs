namespace Orrery.Tenancy;

/// <summary>What a grant is given to.</summary>
internal static class SubjectKinds
{
    /// <summary>A person, a service account or a group.</summary>
    public const string Principal = "principal";

    /// <summary>Everybody with a role in a workspace: a share.</summary>
    public const string Workspace = "workspace";
}

/// <summary>A role given to somebody, on a workspace or on one object in it.</summary>
internal sealed record Grant
{
    public required string Id { get; init; }

    public required long Tenant { get; init; }

    public required string SubjectKind { get; init; }

    /// <summary>Principal id, or the number of a workspace.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Name of the principal or workspace; null when it is gone.</summary>
    public string? SubjectName { get; init; }

    public required string Role { get; init; }

    /// <summary>Empty: the whole workspace.</summary>
    public string ObjectKind { get; init; } = "";

    public string ObjectId { get; init; } = "";

    /// <summary>What the object is called; null when it is gone, or when there is none.</summary>
    public string? ObjectName { get; init; }

    public required string GrantedBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long GrantedAt { get; init; }

    /// <summary>Unix milliseconds; null for no end.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>The first administrator's: everything everywhere, without an end.</summary>
    public static Grant OfPlatformAdmin(string principal, string by, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at).ToString("N"),
        Tenant = 0,
        SubjectKind = SubjectKinds.Principal,
        SubjectId = principal,
        Role = Roles.PlatformAdmin,
        GrantedBy = by,
        GrantedAt = at.ToUnixTimeMilliseconds(),
    };
}
