namespace Orrery.Contracts;

/// <summary>One execution of training code: what went in, what came out.</summary>
public sealed record Run
{
    /// <summary>Identity, status and times.</summary>
    public required RunInfo Info { get; init; }

    /// <summary>Latest metrics, parameters and tags.</summary>
    public RunData Data { get => field ?? new(); init; }

    /// <summary>Data sets and models that it read.</summary>
    public RunInputs Inputs { get => field ?? new(); init; }

    /// <summary>Models that it made.</summary>
    public RunOutputs? Outputs { get; init; }
}

/// <summary>Identity, status and times of a run.</summary>
public sealed record RunInfo
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string RunId { get; init; }

    /// <summary>The same as <see cref="RunId"/>, for old clients.</summary>
    public string? RunUuid { get; init; }

    /// <summary>Name for people; mirrored by the tag <c>mlflow.runName</c>.</summary>
    public string? RunName { get; init; }

    /// <summary>The experiment it belongs to.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Who started it; mirrored by the tag <c>mlflow.user</c>.</summary>
    public string? UserId { get; init; }

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get => field is 0 ? RunStatus.Running : field; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? StartTime { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC; absent while it runs.</summary>
    public long? EndTime { get; init; }

    /// <summary>Root of its artifacts.</summary>
    public string? ArtifactUri { get; init; }

    /// <summary>In use or in the bin.</summary>
    public LifecycleStage LifecycleStage { get; init; }
}

/// <summary>What a run recorded.</summary>
public sealed record RunData
{
    /// <summary>The latest point of each metric: greatest by step, then timestamp, then value.</summary>
    public IReadOnlyList<Metric> Metrics { get => field ?? []; init; }

    /// <summary>Parameters.</summary>
    public IReadOnlyList<Param> Params { get => field ?? []; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>What a run read.</summary>
public sealed record RunInputs
{
    /// <summary>Data sets.</summary>
    public IReadOnlyList<DatasetInput> DatasetInputs { get => field ?? []; init; }

    /// <summary>Logged models.</summary>
    public IReadOnlyList<ModelInput> ModelInputs { get => field ?? []; init; }
}

/// <summary>What a run made.</summary>
public sealed record RunOutputs
{
    /// <summary>Logged models.</summary>
    public IReadOnlyList<ModelOutput> ModelOutputs { get => field ?? []; init; }
}

/// <summary>A logged model that a run read.</summary>
/// <param name="ModelId">The logged model.</param>
public sealed record ModelInput(string ModelId);

/// <summary>A logged model that a run made.</summary>
/// <param name="ModelId">The logged model.</param>
/// <param name="Step">The step of the training at which it was made.</param>
public sealed record ModelOutput(string ModelId, long Step = 0);
