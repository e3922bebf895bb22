namespace Orrery.Contracts;

/// <summary>What was made of a Feast repository's registry.</summary>
[WritesEmptyLists]
public sealed record FeastImport
{
    /// <summary>The definitions; not applied yet.</summary>
    public required FeatureProjectDocument Definitions { get; init; }

    /// <summary>The same as the text of <c>features.yaml</c>.</summary>
    public required string Yaml { get; init; }

    /// <summary>What could not be carried over.</summary>
    public IReadOnlyList<FeastImportGap> Gaps { get => field ?? []; init; }

    /// <summary>Names of the projects that the registry holds.</summary>
    public IReadOnlyList<string> Projects { get => field ?? []; init; }
}

/// <summary>Something of a Feast registry that could not be carried over, or not as it was.</summary>
public sealed record FeastImportGap
{
    /// <summary>What it is in Feast: <c>on_demand_feature_view</c>, <c>data_source</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>True when it is left out; false when it was changed.</summary>
    public required bool LeftOut { get; init; }

    /// <summary>Why, and what to do.</summary>
    public required string Reason { get; init; }
}
