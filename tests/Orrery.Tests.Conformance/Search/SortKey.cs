namespace Orrery.Tests.Conformance;

/// <summary>One key to order by, with what it means: missing values last both ways, NaN before them.</summary>
/// <param name="Text">As a client writes it.</param>
/// <param name="Compare">The order of two runs.</param>
internal sealed record SortKey(string Text, Comparison<SearchRun> Compare)
{
    /// <summary>What is ordered by: searches may name it once.</summary>
    public string Field => Text.Replace(" ASC", "", StringComparison.Ordinal).Replace(" DESC", "", StringComparison.Ordinal);

    /// <summary>Newest first, then by id: what follows every other order.</summary>
    public static SortKey Default { get; } = new("", (a, b) => a.Start != b.Start ? b.Start.CompareTo(a.Start) : string.CompareOrdinal(a.Id, b.Id));

    /// <summary>By a metric.</summary>
    public static SortKey ByMetric(string key, bool descending) => new(
        $"metrics.`{key}` {(descending ? "DESC" : "ASC")}",
        (a, b) => Ranked(Rank(a, key), Rank(b, key), descending));

    /// <summary>By a parameter or tag, as text.</summary>
    public static SortKey ByPair(string entity, string key, bool descending) => new(
        $"{entity}.`{key}`{(descending ? " DESC" : "")}",
        (a, b) => Texts(a.Pairs(entity).GetValueOrDefault(key), b.Pairs(entity).GetValueOrDefault(key), descending));

    /// <summary>By an attribute.</summary>
    public static SortKey ByAttribute(string attribute, bool descending) => new(
        $"attributes.{attribute} {(descending ? "DESC" : "ASC")}",
        attribute switch
        {
            "start_time" => (a, b) => Ranked((0, a.Start), (0, b.Start), descending),
            "end_time" => (a, b) => Ranked((a.End is null ? 2 : 0, a.End ?? 0), (b.End is null ? 2 : 0, b.End ?? 0), descending),
            _ => (a, b) => Texts(a.Text(attribute), b.Text(attribute), descending),
        });

    private static (int Kind, double Value) Rank(SearchRun run, string key) =>
        !run.Metrics.TryGetValue(key, out var value) ? (2, 0) : double.IsNaN(value) ? (1, 0) : (0, value);

    private static int Ranked((int Kind, double Value) a, (int Kind, double Value) b, bool descending) =>
        a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : descending ? b.Value.CompareTo(a.Value) : a.Value.CompareTo(b.Value);

    private static int Texts(string? a, string? b, bool descending) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => descending ? string.CompareOrdinal(b, a) : string.CompareOrdinal(a, b),
    };
}
