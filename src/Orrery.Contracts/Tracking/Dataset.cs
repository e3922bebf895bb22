namespace Orrery.Contracts;

/// <summary>A data set as a run saw it. Name and digest identify it in its experiment.</summary>
public sealed record Dataset
{
    /// <summary>Up to 500 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Fingerprint of the content, up to 36 characters.</summary>
    public required string Digest { get; init; }

    /// <summary>Kind of source: <c>local</c>, <c>s3</c>, <c>delta_table</c>, <c>code</c> ...</summary>
    public string? SourceType { get; init; }

    /// <summary>Where it came from, usually JSON. Up to 65,535 characters.</summary>
    public string? Source { get; init; }

    /// <summary>Its columns and types, usually JSON. Up to 1,048,575 characters.</summary>
    public string? Schema { get; init; }

    /// <summary>Statistics about it, usually JSON. Up to 16,777,215 characters.</summary>
    public string? Profile { get; init; }
}

/// <summary>A data set with the part it played in a run.</summary>
public sealed record DatasetInput
{
    /// <summary>Tags of the use; <c>mlflow.data.context</c> says what for: <c>train</c>, <c>test</c> ...</summary>
    public IReadOnlyList<Tag> Tags { get => field ?? []; init; }

    /// <summary>The data set.</summary>
    public required Dataset Dataset { get; init; }
}
