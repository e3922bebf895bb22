namespace Orrery.Features;

/// <summary>
/// The join of one view in a warehouse of PostgreSQL's wire protocol, which has no as-of join: entity rows and the source's rows in one sequence
/// of time, in which the greatest rank so far is the row that holds; ranks are whole numbers over all rows, by event time, created time and then,
/// since tables have no order, the features' values column by column (null least). Made of nothing that Redshift does not know.
/// </summary>
internal static class PostgresJoinSql
{
    /// <summary>Name of the temporary table of entity rows: <c>id, t, k0..</c>.</summary>
    public const string Entities = "orrery_entity";

    /// <summary>Makes that table.</summary>
    public static string CreateEntities(IReadOnlyList<JoinKey> keys, PostgresDialect dialect) =>
        $"create temporary table {Entities} (id bigint not null, t bigint not null{string.Concat(keys.Select((key, i) => $", k{i} {dialect.KeyType(key.Type)}"))})";

    /// <summary>Takes it away.</summary>
    public const string DropEntities = $"drop table if exists {Entities}";

    /// <summary>Fills it by binary COPY.</summary>
    public static string CopyEntities(int keys) =>
        $"copy {Entities} (id, t{string.Concat(Enumerable.Range(0, keys).Select(static i => $", k{i}"))}) from stdin (format binary)";

    /// <summary>Fills it with so many rows of parameters, for warehouses without binary COPY.</summary>
    public static string InsertEntities(int keys, int rows)
    {
        var width = keys + 2;
        var values = Enumerable.Range(0, rows).Select(row => $"({string.Join(", ", Enumerable.Range(1, width).Select(column => FormattableString.Invariant($"${(row * width) + column}")))})");
        return $"insert into {Entities} values {string.Join(", ", values)}";
    }

    /// <summary>The rows of the join that have features: <c>id, f0..</c>. Entity rows without any are missing.</summary>
    public static string Join(ViewJoin view, PostgresDialect dialect)
    {
        var keys = view.Keys.Select((_, i) => (Name: $"k{i}", Entity: view.View.Keys[i].Type.Kind is FeatureKind.String ? dialect.Bytewise($"e.k{i}") : $"e.k{i}")).ToList();
        var names = string.Concat(keys.Select(static key => $"{key.Name}, "));
        var distinct = keys.Count == 0
            ? ""
            : $" join (select distinct {string.Join(", ", keys.Select(static key => $"{key.Entity} as {key.Name}"))} from {Entities} e) d on {string.Join(" and ", keys.Select(static key => $"q.{key.Name} = d.{key.Name}"))}";
        var ties = string.Concat(Enumerable.Range(0, view.View.Fields.Count).Select(static f => $", q.o{f} nulls first"));
        var features = string.Concat(view.Fields.Select(static f => $", q.f{f}"));
        var present = keys.Count == 0 ? "" : $" where {string.Join(" and ", keys.Select(static key => $"e.{key.Name} is not null"))}";
        return $"""
            with source as (
              select {string.Concat(keys.Select(static key => $"q.{key.Name}, "))}q.ts, {(view.KnownAt ? "case when q.created > q.ts then q.created else q.ts end" : "q.ts")} as v,
                     row_number() over (order by q.ts, q.created nulls first{ties}) as n{features}
                from ({view.Scan}) q{distinct}
               where q.ts is not null{(view.KnownAt ? " and q.created is not null" : "")}),
            line as (
              select {names}v, 0 as kind, n, cast(null as bigint) as id from source
              union all
              select {string.Concat(keys.Select(static key => $"{key.Entity} as {key.Name}, "))}e.t, 1, cast(null as bigint), e.id from {Entities} e{present}),
            chosen as (
              select v as t, kind, id, max(n) over ({(keys.Count == 0 ? "" : $"partition by {names.TrimEnd(',', ' ')} ")}order by v, kind rows between unbounded preceding and current row) as n from line)
            select chosen.id{string.Concat(view.Fields.Select(static f => $", source.f{f}"))}
              from chosen join source on source.n = chosen.n
             where chosen.kind = 1{(view.TtlMicros is { } ttl ? $" and chosen.t - source.ts <= {ttl}" : "")}
            """;
    }
}
