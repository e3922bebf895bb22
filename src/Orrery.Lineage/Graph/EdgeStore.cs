using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_edge</c>.</summary>
internal static class EdgeStore
{
    private const string Insert = """
        insert into lin_edge (tenant_id, from_id, to_id, level, detail, valid_from)
        select @tenant, rows.from_id, rows.to_id, rows.level, rows.detail, rows.at
          from {rows}
         where true
            on conflict (tenant_id, from_id, to_id, level) do update
           set valid_from = excluded.valid_from
         where excluded.valid_from < lin_edge.valid_from
        """;

    // Lateral joins and json_each walk the nodes as they are given, and read of each no more than the limit: a node with a million edges
    // costs what one with a thousand does.
    private const string DownSqlite = """
        select e.from_id, e.to_id, e.valid_from
          from json_each(@nodes) n
         cross join lin_edge e
         where e.tenant_id = @tenant
           and e.from_id = n.value
           and e.valid_from <= @as_of
           and e.level >= @level
           and e.to_id > @after
         limit @limit
        """;

    private const string UpSqlite = """
        select e.from_id, e.to_id, e.valid_from
          from json_each(@nodes) n
         cross join lin_edge e indexed by lin_edge_back
         where e.tenant_id = @tenant
           and e.to_id = n.value
           and e.valid_from <= @as_of
           and e.level >= @level
           and e.from_id > @after
         limit @limit
        """;

    private const string DownPostgres = """
        select e.from_id, e.to_id, e.valid_from
          from unnest(@nodes) with ordinality n(id, place)
         cross join lateral (
            select o.from_id, o.to_id, o.valid_from
              from lin_edge o
             where o.tenant_id = @tenant
               and o.from_id = n.id collate "C"
               and o.valid_from <= @as_of
               and o.level >= @level
               and o.to_id > @after
             order by o.to_id
             limit @limit) e
         limit @limit
        """;

    private const string UpPostgres = """
        select e.from_id, e.to_id, e.valid_from
          from unnest(@nodes) with ordinality n(id, place)
         cross join lateral (
            select o.from_id, o.to_id, o.valid_from
              from lin_edge o
             where o.tenant_id = @tenant
               and o.to_id = n.id collate "C"
               and o.valid_from <= @as_of
               and o.level >= @level
               and o.from_id > @after
             order by o.from_id
             limit @limit) e
         limit @limit
        """;

    /// <summary>Adds those that are not there; of the others the earlier time stays.</summary>
    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, List<KeyValuePair<(string From, string To), GraphEdge>> edges)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value);
        await statement.ExecuteRowsAsync(new SqlRows(edges.Count)
            .Text("from_id", edges, static one => one.Key.From).Text("to_id", edges, static one => one.Key.To).Text("level", edges, static one => one.Value.Level)
            .Text("detail", edges, static one => one.Value.Detail).Whole("at", edges, static one => one.Value.At));
    }

    /// <summary>Edges that leave nodes in one direction, by node as given and then by the other end.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="workspace">Theirs.</param>
    /// <param name="down">To what came of the nodes; else to what they came of.</param>
    /// <param name="nodes">Hashes.</param>
    /// <param name="asOf">Only those that were true then, Unix milliseconds.</param>
    /// <param name="columns">Those of columns too.</param>
    /// <param name="after">The last other end of the page before; empty for none.</param>
    /// <param name="limit">Most edges.</param>
    public static async ValueTask<List<EdgeRow>> ListAsync(
        DbSession session, WorkspaceId workspace, bool down, IReadOnlyCollection<string> nodes, long asOf, bool columns, string after, int limit)
    {
        var sql = (session.Dialect.Kind, down) switch
        {
            (DatabaseKind.Sqlite, true) => DownSqlite,
            (DatabaseKind.Sqlite, false) => UpSqlite,
            (_, true) => DownPostgres,
            (_, false) => UpPostgres,
        };
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).SetList("nodes", nodes).Set("as_of", asOf)
            .Set("level", columns ? GraphEdge.Column : GraphEdge.Object).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => new EdgeRow(row.GetString(0), row.GetString(1), row.GetInt64(2)));
    }
}

/// <summary>An edge as it is stored.</summary>
/// <param name="From">Hash of a node.</param>
/// <param name="To">Hash of a node.</param>
/// <param name="At">Since when, Unix milliseconds.</param>
internal readonly record struct EdgeRow(string From, string To, long At);
