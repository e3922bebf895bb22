namespace Orrery.Features;

/// <summary>One column of a result.</summary>
/// <param name="Name">As the caller reads it.</param>
/// <param name="Sql">As the joined rows call it.</param>
/// <param name="Feature">Declared type of a feature; null for a column of the entity rows.</param>
internal sealed record OutputColumn(string Name, string Sql, FeatureType? Feature);

/// <summary>The joined rows as one query.</summary>
/// <param name="Sql">Gives <c>id</c> and the columns by their names inside, in no order.</param>
/// <param name="Columns">In the order of the answer.</param>
internal sealed record JoinedQuery(string Sql, IReadOnlyList<OutputColumn> Columns);

/// <summary>SQL that puts together what the joins of views gave, computes on-demand views over it and writes it out.</summary>
internal static class OutputSql
{
    /// <summary>The whole: entity columns as they came, the time as a timestamp, then features in the order asked for.</summary>
    /// <param name="selection">What was asked for.</param>
    /// <param name="frame">The entity rows.</param>
    /// <param name="views">The views that were joined.</param>
    /// <param name="local">Tables of one row for each entity row, in their order.</param>
    /// <param name="remote">Tables of some entity rows, by their numbers.</param>
    public static JoinedQuery Make(FeatureSelection selection, EntityFrame frame, NeededViews views, IReadOnlyList<string> local, IReadOnlyList<string> remote)
    {
        var columns = new List<OutputColumn>();
        for (var i = 0; i < frame.Names.Count; i++)
            columns.Add(new(frame.Names[i], i == frame.Timestamp ? "ts" : $"c{i}", null));
        var sql = Joined(frame, local, remote);
        var computed = new Dictionary<int, OnDemandSql>();
        foreach (var at in selection.Features.Select(static feature => feature.Projection).Distinct().Where(at => selection.Projections[at].OnDemand is not null))
        {
            computed[at] = new(selection.Projections[at].OnDemand!, views, at);
            sql = computed[at].Over(sql);
        }

        foreach (var feature in selection.Features)
        {
            var projection = selection.Projections[feature.Projection];
            columns.Add(projection.View is { } view
                ? new(feature.Name, views.Column(feature), view.Fields[feature.Field].Type)
                : new(feature.Name, computed[feature.Projection].Column(feature.Field), projection.OnDemand!.Fields[feature.Field].Type));
        }

        return new(sql, columns);
    }

    /// <summary>The rows in the order of the request, which the engine keeps, under their names.</summary>
    public static string Named(JoinedQuery query) =>
        $"select {string.Join(", ", query.Columns.Select(static column => $"{column.Sql} as {Quote.Name(column.Name)}"))} from ({query.Sql}) j";

    /// <summary>Keeps the rows in a table, in the order of the request.</summary>
    public static string Keep(JoinedQuery query, string table)
    {
        var columns = query.Columns.Select(static column => column.Sql).Distinct();
        return $"create temp table {table} as select id, {string.Join(", ", columns)} from ({query.Sql}) j";
    }

    /// <summary>All rows of a Parquet file, in their order.</summary>
    public static string File(string path) => $"select * from read_parquet({Quote.Text(path)})";

    /// <summary>Writes rows to a file.</summary>
    public static string Copy(string select, string path, bool isCsv) => isCsv
        ? $"copy ({select}) to {Quote.Text(path)} (format csv, header true)"
        : $"copy ({select}) to {Quote.Text(path)} (format parquet, compression zstd)";

    /// <summary>All columns of kept rows, by their names inside.</summary>
    public static string Rows(string table, IReadOnlyList<OutputColumn> columns) =>
        $"select {string.Join(", ", columns.Select(static column => column.Sql))} from {table}";

    /// <summary>One column of kept rows.</summary>
    public static string Column(string table, string column) => $"select {column} from {table}";

    // Both sides have all rows in one order, so that nothing is looked up; what came of warehouses is.
    private static string Joined(EntityFrame frame, IReadOnlyList<string> local, IReadOnlyList<string> remote)
    {
        IEnumerable<string> entity =
        [
            "e.id",
            "make_timestamptz(e.t) as ts",
            .. Enumerable.Range(0, frame.Names.Count).Select(static i => $"e.c{i}"),
            .. Enumerable.Range(0, frame.Needs.Request.Count).Select(static i => $"e.q{i}"),
            .. local.Concat(remote).Select(static table => $"{table}.* exclude (id)"),
        ];
        return $"select {string.Join(", ", entity)} from {DuckDbJoinSql.Entities} e"
            + string.Concat(local.Select(static table => $" positional join {table}"))
            + string.Concat(remote.Select(static table => $" left join {table} on {table}.id = e.id"))
            + (remote.Count > 0 ? " order by e.id" : "");
    }
}
