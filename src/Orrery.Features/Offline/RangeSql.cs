namespace Orrery.Features;

/// <summary>SQL of entity rows that come from the sources themselves.</summary>
internal static class RangeSql
{
    public static string Create(string table, IReadOnlyList<JoinKey> keys) =>
        $"create temp table {table} ({string.Concat(keys.Select(static (key, i) => $"k{i} {Name(key.Type)}, "))}t bigint)";

    public static string Insert(string table, string select) => $"insert into {table} {select}";

    /// <summary>Each combination once, by time and then by key.</summary>
    public static string Ordered(string table, int keys) =>
        $"(select distinct * from {table} order by t{string.Concat(Enumerable.Range(0, keys).Select(static i => $", k{i}"))})";

    /// <summary>What such a column holds.</summary>
    public static SourceType TypeOf(FeatureType type) => type.Kind switch
    {
        FeatureKind.String => SourceType.Text,
        FeatureKind.Bytes => SourceType.Bytes,
        FeatureKind.UnixTimestamp => SourceType.Micros,
        _ => SourceType.Whole,
    };

    private static string Name(FeatureType type) => type.Kind switch
    {
        FeatureKind.String => "varchar",
        FeatureKind.Bytes => "blob",
        _ => "bigint",
    };
}
