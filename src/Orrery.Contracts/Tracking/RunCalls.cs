namespace Orrery.Contracts;

/// <summary>Body of <c>POST runs/create</c>.</summary>
public sealed record CreateRun
{
    /// <summary>The experiment to run in.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Who starts it.</summary>
    public string? UserId { get; init; }

    /// <summary>Name for people; the server makes one up when absent.</summary>
    public string? RunName { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? StartTime { get; init; }

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>Body of <c>POST runs/update</c>. What is absent stays as it is.</summary>
public sealed record UpdateRun
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Where it stands now.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long? EndTime { get; init; }

    /// <summary>Its new name.</summary>
    public string? RunName { get; init; }
}

/// <summary>Body of <c>runs/delete</c> and <c>restore</c>.</summary>
/// <param name="RunId">The run.</param>
public sealed record RunRef(string RunId);

/// <summary>Body of <c>POST runs/set-tag</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Key">Name of the tag.</param>
/// <param name="Value">Its new value.</param>
public sealed record SetRunTag(string RunId, string Key, string Value);

/// <summary>Body of <c>POST runs/delete-tag</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Key">Name of the tag.</param>
public sealed record DeleteRunTag(string RunId, string Key);

/// <summary>Body of <c>POST runs/log-batch</c>. All of it is stored, or none.</summary>
public sealed record LogBatch
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>At most <see cref="TrackingLimits.BatchMetrics"/>.</summary>
    public IReadOnlyList<Metric> Metrics { get => field ?? []; init; }

    /// <summary>At most <see cref="TrackingLimits.BatchParams"/>.</summary>
    public IReadOnlyList<Param> Params { get => field ?? []; init; }

    /// <summary>At most <see cref="TrackingLimits.BatchTags"/>.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>Body of <c>POST runs/log-inputs</c>.</summary>
public sealed record LogInputs
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Data sets that it reads.</summary>
    public IReadOnlyList<DatasetInput> Datasets { get => field ?? []; init; }

    /// <summary>Logged models that it reads.</summary>
    public IReadOnlyList<ModelInput> Models { get => field ?? []; init; }
}

/// <summary>Body of <c>POST runs/outputs</c>.</summary>
public sealed record LogOutputs
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Logged models that it made.</summary>
    public IReadOnlyList<ModelOutput> Models { get => field ?? []; init; }
}

/// <summary>Body of <c>POST runs/log-model</c>, which clients before 3.0 call.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ModelJson">The MLmodel file as JSON.</param>
public sealed record LogModel(string RunId, string ModelJson);

/// <summary>Body of <c>POST runs/search</c>.</summary>
public sealed record SearchRuns
{
    /// <summary>The experiments to look in; at least one.</summary>
    public IReadOnlyList<string> ExperimentIds { get => field ?? []; init; }

    /// <summary>MLflow's search language, for instance <c>metrics.auc > 0.8 and params.model = 'gbm'</c>.</summary>
    public string? Filter { get; init; }

    /// <summary>Which lifecycle stages to return; active only when absent.</summary>
    public ViewType? RunViewType { get; init; }

    /// <summary>Largest page wanted, 1 to 50,000; 1,000 when absent.</summary>
    public int? MaxResults { get; init; }

    /// <summary>For instance <c>metrics.auc DESC</c>; newest first when empty.</summary>
    public IReadOnlyList<string> OrderBy { get => field ?? []; init; }

    /// <summary>Where the page before ended.</summary>
    public string? PageToken { get; init; }
}

/// <summary>Answer of <c>runs/get</c> and <c>create</c>.</summary>
/// <param name="Run">The run.</param>
public sealed record RunAnswer(Run Run);

/// <summary>Answer of <c>runs/update</c>.</summary>
/// <param name="RunInfo">The run's new state.</param>
public sealed record RunInfoAnswer(RunInfo RunInfo);

/// <summary>Answer of <c>runs/search</c>.</summary>
public sealed record RunPage
{
    /// <summary>The runs of this page.</summary>
    public IReadOnlyList<Run> Runs { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Answer of <c>metrics/get-history</c> and of its bulk forms. Ordered by timestamp, step, value.</summary>
public sealed record MetricPage
{
    /// <summary>The points of this page.</summary>
    public IReadOnlyList<Metric> Metrics { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
