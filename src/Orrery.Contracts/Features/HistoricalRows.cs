using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Features as they were at each entity row's time.</summary>
[WritesEmptyLists]
public sealed record HistoricalRows
{
    /// <summary>About the columns.</summary>
    public HistoricalMetadata Metadata { get => field ?? new(); init; }

    /// <summary>Entity columns first, then features.</summary>
    public IReadOnlyList<HistoricalColumn> Columns { get => field ?? []; init; }
}

/// <summary>About the columns of <see cref="HistoricalRows"/>.</summary>
[WritesEmptyLists]
public sealed record HistoricalMetadata
{
    /// <summary>Of the project.</summary>
    public string Project { get => field ?? ""; init; }

    /// <summary>Revision of its definitions.</summary>
    public long Revision { get; init; }

    /// <summary>Rows.</summary>
    public long RowCount { get; init; }

    /// <summary>Only values that were known at the entity rows' times.</summary>
    public bool KnownAt { get; init; }

    /// <summary>Columns that are features.</summary>
    public IReadOnlyList<string> FeatureNames { get => field ?? []; init; }
}

/// <summary>One column.</summary>
[WritesEmptyLists]
public sealed record HistoricalColumn
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Type of its values.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary>A value for each row; null for none.</summary>
    public IReadOnlyList<JsonElement> Values { get => field ?? []; init; }
}
