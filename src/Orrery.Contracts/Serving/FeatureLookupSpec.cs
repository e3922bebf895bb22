namespace Orrery.Contracts;

/// <summary>How features are looked up for requests that give entity keys instead.</summary>
public sealed record FeatureLookupSpec
{
    /// <summary>False to have callers give all features. Absent for true.</summary>
    public bool? Lookup { get; init; }

    /// <summary>Feature service to look up by, as it is now and comes to be. Absent for the features that the version was trained on, of the same versions.</summary>
    public string? Service { get; init; }

    /// <summary>The service's project; absent for that of the training set.</summary>
    public string? Project { get; init; }

    /// <summary>Names of the columns of the model's only input, in their order, where its signature names none.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What becomes of a value that the online store does not have: <c>refuse</c> the request (absent for this), or <c>null</c>: NaN where the model takes floats.</summary>
    public string? Missing { get; init; }

    /// <summary>How long a value holds, seconds; absent for what the views say.</summary>
    public double? TtlSeconds { get; init; }
}
