using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_edge</c>.</summary>
internal static class EdgeStore
{
    /// <summary>Kind of the first end of an edge that arrives with a workspace, whose nodes have arrived before.</summary>
    public const string ArrivingFromKind = "(select n.kind from lin_node n where n.tenant_id = @tenant and n.node_id = rows.from_id)";

    /// <summary>Kind of the other end.</summary>
    public const string ArrivingToKind = "(select n.kind from lin_node n where n.tenant_id = @tenant and n.node_id = rows.to_id)";

    private const string Insert = """
        insert into lin_edge (tenant_id, from_id, to_id, level, detail, valid_from, from_kind, to_kind)
        select @tenant, rows.from_id, rows.to_id, rows.level, rows.detail, rows.at, rows.from_kind, rows.to_kind
          from {rows}
         where true
            on conflict (tenant_id, from_id, to_id, level) do update
           set valid_from = case when excluded.valid_from < lin_edge.valid_from then excluded.valid_from else lin_edge.valid_from end,
               from_kind = excluded.from_kind, to_kind = excluded.to_kind, detail = coalesce(excluded.detail, lin_edge.detail)
         where excluded.valid_from < lin_edge.valid_from
            or lin_edge.to_kind is null
            or excluded.detail <> coalesce(lin_edge.detail, '')
        """;

    // The kind of the other end; of an edge that a server of before wrote the node says it.
    private const string ToKind = "coalesce(o.to_kind, (select k.kind from lin_node k where k.tenant_id = o.tenant_id and k.node_id = o.to_id))";
    private const string FromKind = "coalesce(o.from_kind, (select k.kind from lin_node k where k.tenant_id = o.tenant_id and k.node_id = o.from_id))";

    // Lateral joins and json_each walk the nodes as they are given, and read of each no more than the limit: a node with a million edges
    // costs what one with a thousand does.
    private const string DownSqlite = $"""
        select o.from_id, o.to_id, o.valid_from, {ToKind}
          from json_each(@nodes) n
         cross join lin_edge o
         where o.tenant_id = @tenant
           and o.from_id = n.value
           and o.valid_from <= @as_of
           and o.level >= @level
           and o.to_id > @after
         limit @limit
        """;

    private const string UpSqlite = $"""
        select o.from_id, o.to_id, o.valid_from, {FromKind}
          from json_each(@nodes) n
         cross join lin_edge o indexed by lin_edge_back
         where o.tenant_id = @tenant
           and o.to_id = n.value
           and o.valid_from <= @as_of
           and o.level >= @level
           and o.from_id > @after
         limit @limit
        """;

    private const string DownPostgres = $"""
        select e.from_id, e.to_id, e.valid_from, e.kind
          from unnest(@nodes) with ordinality n(id, place)
         cross join lateral (
            select o.from_id, o.to_id, o.valid_from, {ToKind} as kind
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

    private const string UpPostgres = $"""
        select e.from_id, e.to_id, e.valid_from, e.kind
          from unnest(@nodes) with ordinality n(id, place)
         cross join lateral (
            select o.from_id, o.to_id, o.valid_from, {FromKind} as kind
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

    private const string Details = """
        select from_id, to_id, detail
          from lin_edge
         where tenant_id = @tenant
           and to_id {in ids}
           and level = 'column'
           and detail is not null
        """;

    /// <summary>What is said about the edges of columns that lead to nodes.</summary>
    public static async ValueTask<Dictionary<(string From, string To), string>> DetailsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> to)
    {
        using var statement = session.Sql(Details).Set("tenant", workspace.Value).SetList("ids", to);
        return (await statement.ListAsync(static row => (From: row.GetString(0), To: row.GetString(1), Detail: row.GetString(2))))
            .ToDictionary(static row => (row.From, row.To), static row => row.Detail);
    }

    /// <summary>Adds those that are not there; of the others the earlier time stays, and the newer detail.</summary>
    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, List<KeyValuePair<(string From, string To), GraphEdge>> edges)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value);
        await statement.ExecuteRowsAsync(new SqlRows(edges.Count)
            .Text("from_id", edges, static one => one.Key.From).Text("to_id", edges, static one => one.Key.To).Text("level", edges, static one => one.Value.Level)
            .Text("detail", edges, static one => one.Value.Detail).Whole("at", edges, static one => one.Value.At)
            .Text("from_kind", edges, static one => one.Value.From.Kind).Text("to_kind", edges, static one => one.Value.To.Kind));
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
        return await statement.ListAsync(static row => new EdgeRow(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3)));
    }
}

/// <summary>An edge as it is stored.</summary>
/// <param name="From">Hash of a node.</param>
/// <param name="To">Hash of a node.</param>
/// <param name="At">Since when, Unix milliseconds.</param>
/// <param name="Kind">Of the end that it was followed to.</param>
internal readonly record struct EdgeRow(string From, string To, long At, string Kind);
