namespace Orrery.Contracts;

/// <summary>A model version that was trained on features that a plan changes.</summary>
public sealed record FeaturePlanUse
{
    /// <summary><c>model</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The model and its version, as <c>churn/3</c>; absent for one that the caller may not see.</summary>
    public string? Name { get; init; }

    /// <summary>Its version.</summary>
    public long? Version { get; init; }

    /// <summary>Its stage: <c>None</c>, <c>Staging</c>, <c>Production</c>, or <c>Archived</c>, which keeps nothing from changing.</summary>
    public string? Stage { get; init; }

    /// <summary>Its aliases.</summary>
    public IReadOnlyList<string> Aliases { get => field ?? []; init; }

    /// <summary>The training set that it was made of.</summary>
    public string? TrainingSet { get; init; }

    /// <summary>The service that it uses; absent when it uses single features.</summary>
    public string? Service { get; init; }

    /// <summary>The views that it uses.</summary>
    public IReadOnlyList<string> Views { get => field ?? []; init; }
}
