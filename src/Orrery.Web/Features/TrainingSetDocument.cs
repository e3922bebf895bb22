using System.Text.Json;

namespace Orrery.Web;

/// <summary>All that the server tells of a training set.</summary>
internal sealed record TrainingSetDocument
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Name { get; init; } = "";

    public string State { get; init; } = "";

    public string CreatedBy { get; init; } = "";

    public long CreatedAt { get; init; }

    public string? JobId { get; init; }

    public string? ContentHash { get; init; }

    public long? RowCount { get; init; }

    public long? Size { get; init; }

    public string? Problem { get; init; }

    public long? OptedOutRows { get; init; }

    public IReadOnlyList<string> Warnings { get => field ?? []; init; }

    public IReadOnlyList<SetQuality> Quality { get => field ?? []; init; }

    public IReadOnlyList<ColumnFigures> Statistics { get => field ?? []; init; }

    /// <summary>What it was made of; null until it is ready.</summary>
    public SetManifest? Manifest { get; init; }

    /// <summary>Of the API's answer.</summary>
    public static TrainingSetDocument Read(string text) => JsonSerializer.Deserialize<TrainingSetDocument>(text, Format)!;
}

/// <summary>What a training set was made of.</summary>
internal sealed record SetManifest
{
    public long Revision { get; init; }

    public bool KnownAt { get; init; }

    public string TimestampColumn { get; init; } = "";

    public string? FeatureService { get; init; }

    public SetRange? Range { get; init; }

    public SetEntities? Entities { get; init; }

    public IReadOnlyList<SetProjection> Projections { get => field ?? []; init; }

    public IReadOnlyList<SetSource> Sources { get => field ?? []; init; }

    public IReadOnlyList<SetColumn> Columns { get => field ?? []; init; }

    public IReadOnlyList<string> RestrictedColumns { get => field ?? []; init; }
}

/// <summary>Entity rows that the sources gave: microseconds since 1970 UTC.</summary>
internal sealed record SetRange(string Mode, long Start, long End);

/// <summary>Entity rows that came with the request.</summary>
internal sealed record SetEntities(string Format, string Sha256);

/// <summary>Features of one version of a view.</summary>
internal sealed record SetProjection(string View, int Version, bool OnDemand, string Alias, IReadOnlyList<string> Features);

/// <summary>What a source held.</summary>
internal sealed record SetSource(string Name, string Kind)
{
    public IReadOnlyList<SetFile> Files { get => field ?? []; init; }

    public long? Sequence { get; init; }

    public string? Warehouse { get; init; }

    public long? Rows { get; init; }
}

/// <summary>One file of a source.</summary>
internal sealed record SetFile(string Path, long Size, string Sha256);

/// <summary>A column; entity columns have no type.</summary>
internal sealed record SetColumn(string Name, string? Type);

/// <summary>What the rules said when it was made.</summary>
internal sealed record SetQuality(string CheckId, string? View, string Source, string Outcome, long Rows, long LeftOut);
