namespace Orrery.Contracts;

/// <summary>A named model with numbered versions.</summary>
public sealed record RegisteredModel
{
    /// <summary>Unique in the workspace.</summary>
    public required string Name { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? CreationTimestamp { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? LastUpdatedTimestamp { get; init; }

    /// <summary>Who created it.</summary>
    public string? UserId { get; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }

    /// <summary>The highest version of each stage.</summary>
    public IReadOnlyList<ModelVersion> LatestVersions { get => field ?? []; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>Aliases of all versions.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get => field ?? []; init; }

    /// <summary>The deployment job connected to it.</summary>
    public string? DeploymentJobId { get; init; }

    /// <summary>How that connection stands.</summary>
    public string? DeploymentJobState { get; init; }
}

/// <summary>A movable name for a version.</summary>
/// <param name="Alias">Letters, digits, <c>_</c> and <c>-</c>; not <c>latest</c>, not <c>v</c> and digits.</param>
/// <param name="Version">Number of the version, as text.</param>
public sealed record ModelAlias(string Alias, string Version);
