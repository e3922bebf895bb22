namespace Orrery.Contracts;

/// <summary>Body of <c>POST model-versions/create</c>.</summary>
public sealed record CreateModelVersion
{
    /// <summary>The registered model.</summary>
    public required string Name { get; init; }

    /// <summary>URI of the model's files.</summary>
    public required string Source { get; init; }

    /// <summary>The run that made it.</summary>
    public string? RunId { get; init; }

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>Address of the run in the tracking server that made it.</summary>
    public string? RunLink { get; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }

    /// <summary>The logged model it comes from.</summary>
    public string? ModelId { get; init; }
}

/// <summary>Body of <c>PATCH model-versions/update</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Description">Its new text.</param>
public sealed record UpdateModelVersion(string Name, string Version, string? Description);

/// <summary>Body of <c>POST model-versions/transition-stage</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Stage">One of <see cref="ModelStages"/>.</param>
/// <param name="ArchiveExistingVersions">Archive the versions that are in that stage now.</param>
public sealed record TransitionStage(string Name, string Version, string Stage, bool ArchiveExistingVersions);

/// <summary>Body of <c>DELETE model-versions/delete</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version.</param>
public sealed record ModelVersionRef(string Name, string Version);

/// <summary>Body of <c>POST model-versions/set-tag</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Key">Name of the tag.</param>
/// <param name="Value">Its new value.</param>
public sealed record SetModelVersionTag(string Name, string Version, string Key, string Value);

/// <summary>Body of <c>DELETE model-versions/delete-tag</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Key">Name of the tag.</param>
public sealed record DeleteModelVersionTag(string Name, string Version, string Key);

/// <summary>Answer of the calls that return one version.</summary>
/// <param name="ModelVersion">The version.</param>
public sealed record ModelVersionAnswer(ModelVersion ModelVersion);

/// <summary>Answer of <c>model-versions/get-download-uri</c>.</summary>
/// <param name="ArtifactUri">Where its files lie.</param>
public sealed record DownloadUriAnswer(string ArtifactUri);

/// <summary>Answer of <c>model-versions/search</c> and <c>get-latest-versions</c>.</summary>
public sealed record ModelVersionPage
{
    /// <summary>The versions of this page.</summary>
    public IReadOnlyList<ModelVersion> ModelVersions { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
