namespace Orrery.Tracking;

/// <summary>A model as it was logged, before and beside any registration (MLflow 3).</summary>
/// <param name="ModelId"><c>m-</c> and 32 hex.</param>
/// <param name="ExperimentId">Where it was logged.</param>
/// <param name="Name">Given or made up; not unique.</param>
/// <param name="ModelType">As the client says; null for none.</param>
/// <param name="SourceRunId">The run that made it; null for none.</param>
/// <param name="Status">PENDING, READY or FAILED.</param>
/// <param name="ArtifactUri">Root of its files.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds.</param>
public sealed record LoggedModel(
    string ModelId,
    long ExperimentId,
    string Name,
    string? ModelType,
    string? SourceRunId,
    string Status,
    string ArtifactUri,
    long CreatedAt,
    long UpdatedAt)
{
    /// <summary>By key.</summary>
    public IReadOnlyList<Pair> Params { get; init; } = [];

    /// <summary>By key.</summary>
    public IReadOnlyList<Pair> Tags { get; init; } = [];

    /// <summary>Measured of it, with the run and data set of each.</summary>
    public IReadOnlyList<ModelMetric> Metrics { get; init; } = [];
}

/// <summary>A metric of a logged model.</summary>
/// <param name="Metric">Key, value, and the data set it was measured on.</param>
/// <param name="RunId">The run that measured it.</param>
public sealed record ModelMetric(LoggedMetric Metric, string RunId);
