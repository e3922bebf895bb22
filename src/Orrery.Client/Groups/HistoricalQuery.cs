namespace Orrery.Client;

/// <summary>What historical features are asked for.</summary>
public sealed record HistoricalQuery
{
    /// <summary>The project.</summary>
    public string Project { get; init; } = "default";

    /// <summary>A CSV or Parquet file with the entity rows, told apart by its ending.</summary>
    public required string Entities { get; init; }

    /// <summary>Features as <c>view:feature</c>; empty when a service is named.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>A feature service; null when features are named.</summary>
    public string? Service { get; init; }

    /// <summary>Call features <c>view__feature</c>.</summary>
    public bool FullFeatureNames { get; init; }

    /// <summary>Leave out what became known later; null for the server's default: yes for training sets, no otherwise.</summary>
    public bool? KnownAt { get; init; }

    /// <summary>The column of the rows' times; null for <c>event_timestamp</c>.</summary>
    public string? TimestampColumn { get; init; }

    /// <summary><c>parquet</c>, <c>csv</c> or <c>json</c>.</summary>
    public string Output { get; init; } = "parquet";
}
