using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>SQL of <c>lin_node</c>.</summary>
internal static class NodeStore
{
    private const string Columns = "node_id, kind, key, name, guard_kind, guard_ids, detail";

    private const string InsertNew = """
        insert into lin_node (tenant_id, node_id, kind, key, name, guard_kind, guard_ids, detail, created_at)
        select @tenant, rows.id, rows.kind, rows.key, rows.name, rows.guard_kind, rows.guard_ids, rows.detail, rows.at
          from {rows}
         where true
            on conflict (tenant_id, node_id) do nothing
        """;

    // Of their own, so that no transaction waits for another over nodes that stay as they are.
    private const string InsertSources = """
        insert into lin_node (tenant_id, node_id, kind, key, name, guard_kind, guard_ids, detail, created_at)
        select @tenant, rows.id, rows.kind, rows.key, rows.name, rows.guard_kind, rows.guard_ids, rows.detail, rows.at
          from {rows}
         where true
            on conflict (tenant_id, node_id) do update
           set detail = excluded.detail
         where excluded.detail <> coalesce(lin_node.detail, '')
        """;

    private const string Upsert = """
        insert into lin_node (tenant_id, node_id, kind, key, name, guard_kind, guard_ids, detail, created_at)
        select @tenant, rows.id, rows.kind, rows.key, rows.name, rows.guard_kind, rows.guard_ids, rows.detail, rows.at
          from {rows}
         where true
            on conflict (tenant_id, node_id) do update
           set name = excluded.name, guard_kind = excluded.guard_kind, guard_ids = excluded.guard_ids, detail = coalesce(excluded.detail, lin_node.detail)
        """;

    private const string ByIds = $"""
        select {Columns}
          from lin_node
         where tenant_id = @tenant
           and node_id {"{in ids}"}
         order by node_id
        """;

    private const string ByName = $"""
        select {Columns}
          from lin_node
         where tenant_id = @tenant
           and kind = @kind
           and substr(name, 1, 200) = @start
           and name = @name
         order by created_at desc, node_id
         limit 1
        """;

    private const string ByStart = $"""
        select {Columns}
          from lin_node
         where tenant_id = @tenant
           and kind = @kind
           and substr(name, 1, 200) >= @start
           and substr(name, 1, 200) < @end
           and substr(key, 1, @length) = @prefix
         order by kind, substr(name, 1, 200), node_id
         limit @limit
        """;

    private const string OfModel = $"""
        select {Columns}
          from lin_node
         where tenant_id = @tenant
           and guard_kind = 'model'
           and guard_ids = @model
         order by node_id
        """;

    /// <summary>Adds those that are not there. How the query of a source was read is told anew.</summary>
    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, List<(string Hash, GraphNode Node, long At)> nodes)
    {
        var sources = nodes.FindAll(static one => one.Node is { Kind: NodeKinds.Source, Detail: not null });
        if (sources.Count > 0)
            await WriteAsync(session, InsertSources, workspace, sources);
        if (sources.Count < nodes.Count)
            await WriteAsync(session, InsertNew, workspace, nodes);
    }

    /// <summary>Adds those that are not there, and changes the others.</summary>
    public static ValueTask DescribeAsync(DbSession session, WorkspaceId workspace, List<(string Hash, GraphNode Node, long At)> nodes) => WriteAsync(session, Upsert, workspace, nodes);

    /// <summary>Nodes by hash.</summary>
    public static async ValueTask<Dictionary<string, GraphNode>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> hashes)
    {
        using var statement = session.Sql(ByIds).Set("tenant", workspace.Value).SetList("ids", hashes);
        var rows = await statement.ListAsync(static row => (Hash: row.GetString(0), Node: Read(row)));
        return rows.ToDictionary(static row => row.Hash, static row => row.Node, StringComparer.Ordinal);
    }

    /// <summary>The newest node of a name; null for none.</summary>
    public static async ValueTask<GraphNode?> FindAsync(DbSession session, WorkspaceId workspace, string kind, string name)
    {
        using var statement = session.Sql(ByName).Set("tenant", workspace.Value).Set("kind", kind).Set("start", name.Length > 200 ? name[..200] : name).Set("name", name);
        return await statement.FindAsync(Read);
    }

    /// <summary>Nodes of a kind whose names are their keys and begin with a text.</summary>
    public static async ValueTask<List<GraphNode>> ListAsync(DbSession session, WorkspaceId workspace, string kind, string prefix, int limit)
    {
        var start = prefix.Length > 200 ? prefix[..200] : prefix;
        using var statement = session.Sql(ByStart).Set("tenant", workspace.Value).Set("kind", kind).Set("start", start).Set("end", start + "\uffff")
            .Set("length", (long?)prefix.Length).Set("prefix", prefix).Set("limit", (long?)limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>What only those see who may see a model.</summary>
    public static async ValueTask<List<GraphNode>> OfModelAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var statement = session.Sql(OfModel).Set("tenant", workspace.Value).Set("model", model);
        return await statement.ListAsync(Read);
    }

    private static async ValueTask WriteAsync(DbSession session, string sql, WorkspaceId workspace, List<(string Hash, GraphNode Node, long At)> nodes)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value);
        await statement.ExecuteRowsAsync(new SqlRows(nodes.Count)
            .Text("id", nodes, static one => one.Hash).Text("kind", nodes, static one => one.Node.Kind).Text("key", nodes, static one => one.Node.Key)
            .Text("name", nodes, static one => one.Node.Name).Text("guard_kind", nodes, static one => one.Node.Guard?.Kind).Text("guard_ids", nodes, static one => one.Node.Guard?.Text)
            .Text("detail", nodes, static one => one.Node.Detail).Whole("at", nodes, static one => one.At));
    }

    private static GraphNode Read(DbDataReader row) => new(row.GetString(1), row.GetString(2))
    {
        Name = row.GetString(3),
        Guard = NodeGuard.Of(row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5)),
        Detail = row.IsDBNull(6) ? null : row.GetString(6),
    };
}
