using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_edge</c>.</summary>
internal static class EdgeStore
{
    private const string Columns = "from_id, to_id, level, valid_from";

    private const string Insert = """
        insert into lin_edge (tenant_id, from_id, to_id, level, detail, valid_from)
        select @tenant, rows.from_id, rows.to_id, rows.level, rows.detail, rows.at
          from {rows}
         where true
            on conflict (tenant_id, from_id, to_id, level) do update
           set valid_from = excluded.valid_from
         where excluded.valid_from < lin_edge.valid_from
        """;

    // What came of the frontier. The order is the key's, so that a limit reads no more than it gives.
    private const string Down = $"""
        select {Columns}
          from lin_edge
         where tenant_id = @tenant
           and from_id {"{in nodes}"}
           and valid_from <= @as_of
           and level >= @level
         order by from_id, to_id, level
         limit @limit
        """;

    private const string Up = $"""
        select {Columns}
          from lin_edge
         where tenant_id = @tenant
           and to_id {"{in nodes}"}
           and valid_from <= @as_of
           and level >= @level
         order by to_id, from_id, level
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
}
