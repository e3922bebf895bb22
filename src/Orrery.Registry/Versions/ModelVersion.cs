using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>A version of a registered model.</summary>
public sealed record ModelVersion
{
    /// <summary>Id of its model.</summary>
    public required string ModelId { get; init; }

    /// <summary>Name of its model.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, from 1; never used twice in a model.</summary>
    public required long Version { get; init; }

    /// <summary>Of <see cref="Stages"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>What it is; null when nobody said.</summary>
    public string? Description { get; init; }

    /// <summary>Where it came from, as it was given.</summary>
    public required string Source { get; init; }

    /// <summary>Where its files are: the source, or what the source stands for when it names another model.</summary>
    public required string StorageUri { get; init; }

    /// <summary>The run that made it; null when it is not known.</summary>
    public string? RunId { get; init; }

    /// <summary>Address of a run elsewhere; null when there is none.</summary>
    public string? RunLink { get; init; }

    /// <summary>The logged model it was registered from, <c>m-</c> and 32 hex; null when there is none.</summary>
    public string? LoggedModelId { get; init; }

    /// <summary>Who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long UpdatedAt { get; init; }

    /// <summary>By key.</summary>
    public IReadOnlyList<Pair> Tags { get; init; } = [];

    /// <summary>Sorted. Filled where one version is asked for; searches leave them out, as MLflow does.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
