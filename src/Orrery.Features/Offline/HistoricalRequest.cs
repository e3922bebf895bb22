namespace Orrery.Features;

/// <summary>How a result is written.</summary>
internal enum OutputFormat
{
    Json,
    Csv,
    Parquet,
}

/// <summary>What a historical request asks for, besides its entity rows.</summary>
internal sealed record HistoricalRequest
{
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    public string? FeatureService { get; init; }

    public bool FullFeatureNames { get; init; }

    public bool KnownAt { get; init; }

    public string Timestamp { get => field ?? EntityLoader.DefaultTimestamp; init; }

    public OutputFormat Output { get; init; }

    /// <summary><c>snapshot</c> or <c>range</c> for requests without entity rows; null for those with.</summary>
    public string? Mode { get; init; }

    /// <summary>Microseconds since 1970 UTC, of a mode.</summary>
    public long Start { get; init; }

    /// <summary>Microseconds since 1970 UTC, of a mode.</summary>
    public long End { get; init; }

    /// <summary>Entity rows that the sources give, where the request has a mode.</summary>
    public EntityRange? Range => Mode is { } mode ? new EntityRange(Start, End, mode == "snapshot") : null;

    /// <summary>The request made out against a project; every failure of <see cref="FeatureSelection"/>.</summary>
    public Kernel.Result<FeatureSelection> Select(FeatureProject project) => FeatureService is { } service
        ? FeatureSelection.OfService(project, service, FullFeatureNames)
        : FeatureSelection.OfReferences(project, Features, FullFeatureNames);
}
