namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/import/experiments</c>: makes an experiment as another server had it, bin and times included.
/// Idempotent by (source, source's id): a second call brings tags, name, stage and times up to date and answers the same id.
/// </summary>
public sealed record ImportExperiment
{
    /// <summary>Names the server or archive that it comes from, the same in every call; usually its address. Up to 500 characters.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// The experiment as the source gave it; its id is the source's. Without an artifact location, or with one of the
    /// <c>mlflow-artifacts:</c> scheme, the server assigns its own; any other location (<c>s3://...</c>) is kept.
    /// The source's experiment 0 becomes this server's experiment 0.
    /// </summary>
    public required Experiment Experiment { get; init; }

    /// <summary>
    /// What happens when an experiment of that name exists that did not come from this source: true adds to it, leaving its times
    /// and its own tags as they are; false refuses with <see cref="ImportCodes.NameTaken"/>.
    /// </summary>
    public bool Merge { get; init; }
}

/// <summary>Answer of <c>POST /api/v1/import/experiments</c>.</summary>
/// <param name="ExperimentId">Its id on this server: the one to give with its runs and logged models.</param>
/// <param name="ArtifactLocation">Where its runs' artifacts go.</param>
/// <param name="Created">False when it was here already.</param>
public sealed record ImportedExperiment(string ExperimentId, string ArtifactLocation, bool Created);
