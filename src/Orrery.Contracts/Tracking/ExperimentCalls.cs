namespace Orrery.Contracts;

/// <summary>Body of <c>POST experiments/create</c>.</summary>
public sealed record CreateExperiment
{
    /// <summary>Unique in the workspace, up to 500 characters.</summary>
    public required string Name { get; init; }

    /// <summary>URI for the artifacts of its runs; the server's own store when absent.</summary>
    public string? ArtifactLocation { get; init; }

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>Body of <c>experiments/delete</c> and <c>restore</c>; answer of <c>create</c>.</summary>
/// <param name="ExperimentId">The experiment.</param>
public sealed record ExperimentRef(string ExperimentId);

/// <summary>Body of <c>POST experiments/update</c>.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="NewName">Its new name.</param>
public sealed record RenameExperiment(string ExperimentId, string NewName);

/// <summary>Body of <c>POST experiments/set-experiment-tag</c>.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Key">Name of the tag.</param>
/// <param name="Value">Its new value.</param>
public sealed record SetExperimentTag(string ExperimentId, string Key, string Value);

/// <summary>Body of <c>POST experiments/delete-experiment-tag</c>.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Key">Name of the tag.</param>
public sealed record DeleteExperimentTag(string ExperimentId, string Key);

/// <summary>Body of <c>POST experiments/search</c>.</summary>
public sealed record SearchExperiments
{
    /// <summary>Largest page wanted, 1 to 50,000. MLflow refuses a search without it.</summary>
    public int MaxResults { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? PageToken { get; init; }

    /// <summary>MLflow's search language, for instance <c>name LIKE 'churn%'</c>.</summary>
    public string? Filter { get; init; }

    /// <summary>For instance <c>creation_time DESC</c>, which is the default.</summary>
    public IReadOnlyList<string> OrderBy { get => field ?? []; init; }

    /// <summary>Which lifecycle stages to return; active only when absent.</summary>
    public ViewType? ViewType { get; init; }
}

/// <summary>Answer of <c>experiments/get</c> and <c>get-by-name</c>.</summary>
/// <param name="Experiment">The experiment.</param>
public sealed record ExperimentAnswer(Experiment Experiment);

/// <summary>Answer of <c>experiments/search</c>.</summary>
public sealed record ExperimentPage
{
    /// <summary>The experiments of this page.</summary>
    public IReadOnlyList<Experiment> Experiments { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
