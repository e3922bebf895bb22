namespace Orrery.Contracts;

/// <summary>Body of <c>POST logged-models</c>.</summary>
public sealed record CreateLoggedModel
{
    /// <summary>The experiment it belongs to.</summary>
    public required string ExperimentId { get; init; }

    /// <summary>Name for people; the server makes one up when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Kind of model, for instance <c>Agent</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>The run that makes it.</summary>
    public string? SourceRunId { get; init; }

    /// <summary>Parameters to begin with.</summary>
    public IReadOnlyList<Param> Params { get => field ?? []; init; }

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>Body of <c>PATCH logged-models/{model_id}</c>.</summary>
/// <param name="ModelId">The logged model.</param>
/// <param name="Status">Whether its files are complete.</param>
public sealed record FinalizeLoggedModel(string ModelId, LoggedModelStatus Status);

/// <summary>Body of <c>PATCH logged-models/{model_id}/tags</c>.</summary>
public sealed record SetLoggedModelTags
{
    /// <summary>The logged model.</summary>
    public required string ModelId { get; init; }

    /// <summary>Tags to set.</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }
}

/// <summary>Body of <c>POST logged-models/{model_id}/params</c>.</summary>
public sealed record LogLoggedModelParams
{
    /// <summary>The logged model.</summary>
    public required string ModelId { get; init; }

    /// <summary>Parameters to add.</summary>
    public IReadOnlyList<Param> Params { get => field ?? []; init; }
}

/// <summary>Body of <c>POST logged-models/search</c>.</summary>
public sealed record SearchLoggedModels
{
    /// <summary>The experiments to look in; at least one.</summary>
    public IReadOnlyList<string> ExperimentIds { get => field ?? []; init; }

    /// <summary>MLflow's search language.</summary>
    public string? Filter { get; init; }

    /// <summary>Restricts the metrics of filter and order to those measured on these data sets.</summary>
    public IReadOnlyList<DatasetFilter> Datasets { get => field ?? []; init; }

    /// <summary>Largest page wanted; 50 when absent.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Newest first when empty.</summary>
    public IReadOnlyList<LoggedModelOrder> OrderBy { get => field ?? []; init; }

    /// <summary>Where the page before ended.</summary>
    public string? PageToken { get; init; }
}

/// <summary>Names a data set in a search.</summary>
/// <param name="DatasetName">Its name.</param>
/// <param name="DatasetDigest">Its digest; any when absent.</param>
public sealed record DatasetFilter(string DatasetName, string? DatasetDigest = null);

/// <summary>A field to order logged models by.</summary>
/// <param name="FieldName">For instance <c>creation_timestamp</c> or <c>metrics.auc</c>.</param>
/// <param name="Ascending">Smallest first.</param>
public sealed record LoggedModelOrder(string FieldName, bool Ascending = true)
{
    /// <summary>The data set whose metric counts.</summary>
    public string? DatasetName { get; init; }

    /// <summary>The digest of that data set.</summary>
    public string? DatasetDigest { get; init; }
}

/// <summary>Answer of the calls that return one logged model.</summary>
/// <param name="Model">The logged model.</param>
public sealed record LoggedModelAnswer(LoggedModel Model);

/// <summary>Answer of <c>logged-models/search</c>.</summary>
public sealed record LoggedModelPage
{
    /// <summary>The logged models of this page.</summary>
    public IReadOnlyList<LoggedModel> Models { get => field ?? []; init; }

    /// <summary>Where the next page begins; absent at the end.</summary>
    public string? NextPageToken { get; init; }
}
