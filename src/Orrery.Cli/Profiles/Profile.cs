namespace Orrery.Cli;

/// <summary>A server that one works with, by a name of one's own.</summary>
internal sealed record Profile
{
    /// <summary>Its address.</summary>
    public string? Server { get; init; }

    /// <summary>The workspace to work in; the server's default when absent.</summary>
    public string? Workspace { get; init; }

    /// <summary>What signs in there. A secret: it is never printed.</summary>
    public string? Token { get; init; }

    /// <summary>Id of the token, which is no secret.</summary>
    public string? TokenId { get; init; }

    /// <summary>Whose token it is.</summary>
    public string? User { get; init; }

    /// <summary>When the token ends, UTC.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Without what signs in.</summary>
    public Profile WithoutToken() => this with { Token = null, TokenId = null, User = null, ExpiresAt = null };
}

/// <summary>What is in the file: profiles by name.</summary>
internal sealed record ProfileDocument
{
    /// <summary>The profile of commands that name none.</summary>
    public string? Current { get; init; }

    /// <summary>By name.</summary>
    public SortedDictionary<string, Profile> Profiles { get => field ?? []; init; }
}

/// <summary>A profile as it is shown: without its secret.</summary>
internal sealed record ShownProfile(string Name, bool Current, string? Server, string? Workspace, bool HasToken, string? TokenId, string? User, DateTimeOffset? ExpiresAt)
{
    public static ShownProfile Of(string name, Profile profile, string? current) => new(
        name, name == current, profile.Server, profile.Workspace, profile.Token is not null, profile.TokenId, profile.User, profile.ExpiresAt);
}

/// <summary>All profiles as they are shown.</summary>
internal sealed record ShownProfiles(string? Current, string File, IReadOnlyList<ShownProfile> Profiles);
