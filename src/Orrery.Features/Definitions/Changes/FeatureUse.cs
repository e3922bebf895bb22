namespace Orrery.Features;

/// <summary>One use of a project's features.</summary>
/// <param name="Kind">What uses them: <c>model</c>.</param>
/// <param name="Name">The model's name, with its version where there is one.</param>
/// <param name="Service">The service that it uses; null when it uses single features.</param>
public sealed record FeatureUse(string Kind, string Name, string? Service)
{
    /// <summary>What callers with rights to some objects only are held against: the model's id.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The model's version; null where there is none.</summary>
    public long? Version { get; init; }

    /// <summary>Its stage; what is <c>Archived</c> is told and does not keep features from changing.</summary>
    public string? Stage { get; init; }

    /// <summary>Its aliases.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The training set that it was made of.</summary>
    public string? TrainingSet { get; init; }

    /// <summary>The features that it uses; empty for all that the service gives.</summary>
    public IReadOnlyList<UsedFeature> Features { get; init; } = [];

    /// <summary>Whether it is out of use.</summary>
    public bool IsArchived => Stage == "Archived";
}
