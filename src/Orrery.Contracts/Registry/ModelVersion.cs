namespace Orrery.Contracts;

/// <summary>One version of a registered model.</summary>
public sealed record ModelVersion
{
    /// <summary>The registered model.</summary>
    public required string Name { get; init; }

    /// <summary>Rises by one per version and is never reused. A whole number from 1, as text.</summary>
    public required string Version { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? CreationTimestamp { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? LastUpdatedTimestamp { get; init; }

    /// <summary>Who created it.</summary>
    public string? UserId { get; init; }

    /// <summary>One of <see cref="ModelStages"/>.</summary>
    public string? CurrentStage { get; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }

    /// <summary>URI of the model's files when it was registered.</summary>
    public string? Source { get; init; }

    /// <summary>The run that made it.</summary>
    public string? RunId { get; init; }

    /// <summary>Whether it can be used.</summary>
    public ModelVersionStatus Status { get => field is 0 ? ModelVersionStatus.Ready : field; init; }

    /// <summary>Why it cannot be used.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>Address of the run in the tracking server that made it.</summary>
    public string? RunLink { get; init; }

    /// <summary>Aliases that point at it.</summary>
    public IReadOnlyList<string> Aliases { get => field ?? []; init; }

    /// <summary>The logged model it came from.</summary>
    public string? ModelId { get; init; }

    /// <summary>Parameters of that logged model.</summary>
    public IReadOnlyList<ModelParam> ModelParams { get => field ?? []; init; }

    /// <summary>Metrics of that logged model.</summary>
    public IReadOnlyList<Metric> ModelMetrics { get => field ?? []; init; }
}

/// <summary>A parameter of the logged model behind a version.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Value">Its value.</param>
public sealed record ModelParam(string Name, string Value);
