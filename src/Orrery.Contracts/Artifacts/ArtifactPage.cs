namespace Orrery.Contracts;

/// <summary>Answer of <c>artifacts/list</c>, <c>mlflow-artifacts/artifacts</c> and <c>logged-models/{id}/artifacts/directories</c>.</summary>
public sealed record ArtifactPage
{
    /// <summary>Root of the artifacts; absent from <c>mlflow-artifacts/artifacts</c>.</summary>
    public string? RootUri { get; init; }

    /// <summary>Files and folders of one level, ordered by path.</summary>
    public IReadOnlyList<ArtifactFile> Files { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
