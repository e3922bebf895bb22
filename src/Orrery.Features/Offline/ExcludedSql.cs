namespace Orrery.Features;

/// <summary>SQL that leaves entity rows out.</summary>
internal static class ExcludedSql
{
    public const string Create = "create or replace temp table orrery_excluded (id bigint)";

    public const string Count = "select count(distinct id) from orrery_excluded";

    public const string Delete = $"delete from {DuckDbJoinSql.Entities} where id in (select id from orrery_excluded)";

    /// <summary>A key as text.</summary>
    public static string Key(string column, FeatureKind kind) => kind is FeatureKind.Bytes ? $"to_base64({column})" : $"cast({column} as varchar)";

    /// <summary>A column as text, as it came; of a floating number that is whole, without its fraction.</summary>
    public static string Raw(int place) => FormattableString.Invariant(
        $"case when typeof(c{place}) in ('DOUBLE', 'FLOAT') then coalesce(try_cast(try_cast(c{place} as bigint) as varchar), cast(c{place} as varchar)) else cast(c{place} as varchar) end");

    /// <summary>The keys that there are.</summary>
    public static string Distinct(IReadOnlyList<string> columns) =>
        $"select distinct {string.Join(", ", columns)} from {DuckDbJoinSql.Entities} where {string.Join(" and ", columns.Select(static column => $"({column}) is not null"))}";

    /// <summary>Notes the rows of some keys.</summary>
    public static string Insert(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> keys) =>
        $"insert into orrery_excluded select id from {DuckDbJoinSql.Entities} where ({string.Join(", ", columns)}) in ({string.Join(", ", keys.Select(static key => $"({string.Join(", ", key.Select(Quote.Text))})"))})";
}
