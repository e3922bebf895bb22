namespace Orrery.Contracts;

/// <summary>A model that a run made, registered or not (MLflow 3).</summary>
public sealed record LoggedModel
{
    /// <summary>Identity, status and times.</summary>
    public required LoggedModelInfo Info { get; init; }

    /// <summary>Parameters and metrics.</summary>
    public LoggedModelData Data { get => field ?? new(); init; }
}

/// <summary>Identity, status and times of a logged model.</summary>
public sealed record LoggedModelInfo
{
    /// <summary><c>m-</c> and 32 hexadecimal digits.</summary>
    public required string ModelId { get; init; }

    /// <summary>The experiment it belongs to.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Name for people; need not be unique.</summary>
    public string? Name { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? CreationTimestampMs { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? LastUpdatedTimestampMs { get; init; }

    /// <summary>Root of its files.</summary>
    public string? ArtifactUri { get; init; }

    /// <summary>Whether its files are complete.</summary>
    public LoggedModelStatus Status { get; init; }

    /// <summary>Number of the user who made it.</summary>
    public long? CreatorId { get; init; }

    /// <summary>Kind of model, for instance <c>Agent</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>The run that made it.</summary>
    public string? SourceRunId { get; init; }

    /// <summary>Why the upload failed.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>Registered versions that came from it.</summary>
    public IReadOnlyList<ModelRegistration> Registrations { get => field ?? []; init; }
}

/// <summary>What a logged model recorded.</summary>
public sealed record LoggedModelData
{
    /// <summary>Parameters.</summary>
    public IReadOnlyList<Param> Params { get => field ?? []; init; }

    /// <summary>Metrics, each with the run and the data set it was measured on.</summary>
    public IReadOnlyList<Metric> Metrics { get => field ?? []; init; }
}

/// <summary>A registered version that came from a logged model.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Version">Number of the version, as text.</param>
public sealed record ModelRegistration(string Name, string Version);
