using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>SQL of <c>srv_node</c>.</summary>
internal static class NodeStore
{
    private const string PutSql = """
        insert into srv_node (tenant_id, environment, name, node, revision, serving, state, reason, seen_at)
        values (@tenant, @environment, @name, @node, @revision, @serving, @state, @reason, @at)
            on conflict (tenant_id, environment, name, node) do update
               set revision = excluded.revision, serving = excluded.serving, state = excluded.state, reason = excluded.reason, seen_at = excluded.seen_at
        """;

    private const string ListSql = """
        select node, revision, serving, state, reason, seen_at
          from srv_node
         where tenant_id = @tenant and environment = @environment and name = @name and seen_at >= @since
         order by node
        """;

    private const string TouchSql = "update srv_node set seen_at = @at where tenant_id > 0 and node = @node";

    private const string DeleteOldSql = "delete from srv_node where tenant_id > 0 and seen_at < @before";

    private const string DeleteSql = "delete from srv_node where tenant_id > 0 and node = @node";

    public static async ValueTask PutAsync(DbSession session, DeploymentKey key, DeploymentNode node)
    {
        using var sql = session.Sql(PutSql).Set("tenant", key.Workspace.Value).Set("environment", key.Environment).Set("name", key.Name).Set("node", node.Node)
            .Set("revision", (long?)node.Revision).Set("serving", node.Serving).Set("state", node.State).Set("reason", node.Reason).Set("at", (long?)node.At);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<List<DeploymentNode>> ListAsync(DbSession session, DeploymentKey key, long since)
    {
        using var sql = session.Sql(ListSql).Set("tenant", key.Workspace.Value).Set("environment", key.Environment).Set("name", key.Name).Set("since", (long?)since);
        return await sql.ListAsync(static row => new DeploymentNode
        {
            Node = row.GetString(0),
            Revision = row.GetInt64(1),
            Serving = row.IsDBNull(2) ? null : row.GetInt64(2),
            State = row.GetString(3),
            Reason = row.IsDBNull(4) ? null : row.GetString(4),
            At = row.GetInt64(5),
        });
    }

    /// <summary>Says that a server is still there, and forgets those that are not.</summary>
    public static async ValueTask TouchAsync(DbSession session, string node, long at, long forgetBefore)
    {
        using (var sql = session.Sql(TouchSql).Set("node", node).Set("at", (long?)at))
            await sql.ExecuteAsync();
        using var old = session.Sql(DeleteOldSql).Set("before", (long?)forgetBefore);
        await old.ExecuteAsync();
    }

    /// <summary>Forgets a server that ends.</summary>
    public static async ValueTask DeleteAsync(DbSession session, string node)
    {
        using var sql = session.Sql(DeleteSql).Set("node", node);
        await sql.ExecuteAsync();
    }
}
