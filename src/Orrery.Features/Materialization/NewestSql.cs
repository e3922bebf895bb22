using System.Globalization;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>SQL of materialization over a scan (<c>k0.., ts, created, seq, f0..</c>).</summary>
internal static class NewestSql
{
    /// <summary>The rows of a part: a scan's own bounds are there to skip files and may let more through.</summary>
    public static string Part(string scan, MaterializationPart part)
    {
        var conditions = new List<string> { "ts is not null" };
        if (part.Bounds.First is { } first)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"ts >= {first}"));
        if (part.Bounds.Last is { } last)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"ts <= {last}"));
        if (part.CreatedAfter is { } after)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"created >= {after}"));
        return $"select * from ({scan}) part where {string.Join(" and ", conditions)}";
    }

    public static string Extent(string scan) => $"select count(ts), min(ts), max(ts), max(created) from ({scan}) s";

    /// <summary>The last event time of each part but the last, by rank: ascending, each once.</summary>
    public static string Cuts(string scan, int parts) => string.Create(CultureInfo.InvariantCulture, $"""
        select max(ts) as cut
        from (select ts, ntile({parts}) over (order by ts) as part from ({scan}) s where ts is not null) n
        where part < {parts}
        group by part
        order by cut
        """);

    /// <summary>The newest row of each entity: DuckDB.</summary>
    public static string Newest(string scan, FeatureView view)
    {
        var partition = view.Keys.Count == 0 ? "" : $"partition by {Keys(view)} ";
        return $"""
            select {Columns(view)}
            from ({scan}) s
            where {NotNull(view)}
            qualify row_number() over ({partition}order by ts desc, created desc nulls last, seq desc) = 1
            """;
    }

    /// <summary>The same in a warehouse, where equal rows are told apart by their values.</summary>
    public static string NewestThere(string scan, FeatureView view)
    {
        var partition = view.Keys.Count == 0 ? "" : $"partition by {Keys(view)} ";
        var values = string.Concat(view.Fields.Select(static (_, i) => $", o{i} desc nulls last"));
        return $"""
            select {Columns(view)}
            from (select *, row_number() over ({partition}order by ts desc, created desc nulls last{values}) as orrery_n from ({scan}) s where {NotNull(view)}) n
            where orrery_n = 1
            """;
    }

    public static long? Whole(DuckReader reader, int column) => reader.IsNull(column, 0) ? null : reader.Values<long>(column)[0];

    private static string Keys(FeatureView view) => string.Join(", ", view.Keys.Select(static (_, i) => $"k{i}"));

    private static string NotNull(FeatureView view) => "ts is not null" + string.Concat(view.Keys.Select(static (_, i) => $" and k{i} is not null"));

    private static string Columns(FeatureView view) =>
        string.Join(", ", [.. view.Keys.Select(static (_, i) => $"k{i}"), "ts", "created", .. view.Fields.Select(static (_, i) => $"f{i}")]);
}
