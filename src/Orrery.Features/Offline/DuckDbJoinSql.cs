using System.Text;

namespace Orrery.Features;

/// <summary>
/// The join in DuckDB. Keys become whole numbers through a table of the distinct ones, so that composite keys cannot be mixed up and the join
/// compares numbers. Rows of one key are ordered by one comparable value, which holds the event time and settles ties; DuckDB's as-of join alone
/// would take any of them.
/// </summary>
internal static class DuckDbJoinSql
{
    /// <summary>Name of the temporary table of entity rows: <c>id, t</c>, keys and what else the request has.</summary>
    public const string Entities = "orrery_entity";

    // The sequence takes 60 bits below the microseconds.
    private const string Shift = "1152921504606846976::hugeint";
    private const string Never = "-9223372036854775807::bigint";

    /// <summary>Table of the distinct keys of the entity rows, with a number for each.</summary>
    public static string KeyTable(string table, IReadOnlyList<string> keys)
    {
        var columns = string.Join(", ", keys.Select(static (key, i) => $"{key} as k{i}"));
        var names = string.Join(", ", keys.Select(static (_, i) => $"k{i}"));
        return $"""
            create temp table {table} as
            select {names}, cast(row_number() over () as integer) as id
              from (select distinct {columns} from {Entities} where {string.Join(" and ", keys.Select(static key => $"{key} is not null"))})
            """;
    }

    /// <summary>One row for each entity row, in their order, with the features of all views.</summary>
    public static string Join(IReadOnlyList<ViewJoin> views, string table)
    {
        var sql = new StringBuilder($"create temp table {table} as\nselect e.id as id");
        foreach (var view in views)
            Outputs(sql, view);
        sql.Append("\n  from (").Append(Numbered(views)).Append(") e");
        foreach (var view in views)
            sql.Append($"\n  asof left join (\n{Prepared(view)}) {view.Name} on e.{view.Name} = {view.Name}.id and {Probe(view)}");
        return sql.Append("\n order by e.id").ToString();
    }

    private static void Outputs(StringBuilder sql, ViewJoin view)
    {
        foreach (var field in view.Fields)
        {
            var value = $"{view.Name}.f{field}";
            sql.Append(", ").Append(view.TtlMicros is { } ttl ? $"case when e.t - {view.Name}.ts <= {ttl} then {value} end" : value).Append(" as ").Append(view.Column(field));
        }
    }

    private static string Numbered(IReadOnlyList<ViewJoin> views)
    {
        var tables = views.Where(static v => v.Keys.Count > 0).Select(static v => v.KeyTable).Distinct().ToList();
        var numbers = views.Select(static v => v.Keys.Count > 0 ? $"{v.KeyTable}.id as {v.Name}" : $"1::integer as {v.Name}");
        var joins = tables.Select(table => $" left join {table} on {On(views.First(v => v.KeyTable == table))}");
        return $"select e.id, e.t, {string.Join(", ", numbers)} from {Entities} e{string.Concat(joins)}";
    }

    private static string On(ViewJoin view) => string.Join(" and ", view.Keys.Select((key, i) => $"e.{key} = {view.KeyTable}.k{i}"));

    private static string Probe(ViewJoin view)
    {
        if (view.KnownAt)
            return $"e.t >= {view.Name}.v";
        return view.Scan.HasCreated
            ? $"{{'t': e.t + 1, 'c': {Never}, 's': -1::bigint}} > {view.Name}.v"
            : $"(e.t + 1)::hugeint * {Shift} > {view.Name}.v";
    }

    private static string Prepared(ViewJoin view)
    {
        var features = string.Concat(view.Fields.Select(static f => $", q.f{f}"));
        var rows = view.Keys.Count == 0
            ? $"from ({view.Scan}) q"
            : $"from ({view.Scan}) q join {view.KeyTable} d on {string.Join(" and ", view.Keys.Select(static (_, i) => $"q.k{i} = d.k{i}"))}";
        var id = view.Keys.Count == 0 ? "1::integer" : "d.id";
        if (!view.KnownAt)
        {
            var order = view.Scan.HasCreated
                ? $"{{'t': q.ts, 'c': coalesce(q.created, {Never}), 's': q.seq}}"
                : $"q.ts::hugeint * {Shift} + q.seq";
            return $"select {id} as id, q.ts, {order} as v{features} {rows} where q.ts is not null";
        }

        // A row is visible from the later of its two times on. One that is not the greatest when it becomes visible is never chosen;
        // of the others times and ranks grow together, so that the last visible one is the greatest.
        return $"""
            select q.id, q.ts, q.v{features}
              from (select q.*, max(q.n) over (partition by q.id order by q.v, q.n desc rows between unbounded preceding and 1 preceding) as best
                      from (select {id} as id, q.ts, greatest(q.ts, q.created) as v, row_number() over (partition by {id} order by q.ts, q.created, q.seq) as n{features}
                              {rows} where q.ts is not null and q.created is not null) q) q
             where q.best is null or q.n > q.best
            """;
    }
}
