namespace Orrery.Contracts;

/// <summary>A named collection of runs.</summary>
public sealed record Experiment
{
    /// <summary>Number of the experiment, as text.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Unique in the workspace, deleted experiments included. Up to 500 characters.</summary>
    public required string Name { get; init; }

    /// <summary>URI under which the artifacts of new runs are kept.</summary>
    public string? ArtifactLocation { get; init; }

    /// <summary>In use or in the bin.</summary>
    public LifecycleStage LifecycleStage { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? LastUpdateTime { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? CreationTime { get; init; }

    /// <summary>Tags, ordered by key.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}
