namespace Orrery.Features;

/// <summary>What a request read of its sources: enough to tell later whether they are the same.</summary>
internal sealed class SourceSnapshot
{
    private readonly SortedDictionary<string, SourceState> _sources = new(StringComparer.Ordinal);

    public IReadOnlyCollection<SourceState> Sources => _sources.Values;

    public void Add(FeatureSource source, IReadOnlyList<LocalFile> files) => _sources[source.Name] = new(source.Name, "file") { Files = files };

    public void AddQuery(FeatureSource source) => _sources[source.Name] = new(source.Name, "query");

    public void AddPushed(FeatureSource source, long sequence) => _sources[source.Name] = new(source.Name, "push") { Sequence = sequence };

    public void AddTable(FeatureSource source, string warehouse, (long? Rows, string? Hash) state) =>
        _sources[source.Name] = new(source.Name, "table") { Warehouse = warehouse, Rows = state.Rows, Hash = state.Hash };
}

/// <summary>One source of a snapshot.</summary>
/// <param name="Name">Of the source.</param>
/// <param name="Kind">file, query, push, table.</param>
internal sealed record SourceState(string Name, string Kind)
{
    /// <summary>Of files: which, in the order they were read.</summary>
    public IReadOnlyList<LocalFile> Files { get; init; } = [];

    /// <summary>Of pushed rows: up to which.</summary>
    public long? Sequence { get; init; }

    /// <summary>Of tables: where they are.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Of tables: how many rows they had; null when nobody asked.</summary>
    public long? Rows { get; init; }

    /// <summary>Of tables: a hash of the rows whatever their order; null when nobody asked or the warehouse has none.</summary>
    public string? Hash { get; init; }
}
