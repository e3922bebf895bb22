using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_target</c>.</summary>
internal static class TargetStore
{
    private const string Columns = "environment, kind, settings, secrets, revision, updated_by, updated_at";

    private const string PutSql = """
        insert into dlv_target (tenant_id, environment, kind, settings, secrets, revision, updated_by, updated_at)
        values (@tenant, @environment, @kind, @settings, @secrets, 1, @by, @at)
            on conflict (tenant_id, environment) do update
           set kind = excluded.kind, settings = excluded.settings, secrets = excluded.secrets, revision = dlv_target.revision + 1,
               updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;

    private const string FindSql = $"select {Columns} from dlv_target where tenant_id = @tenant and environment = @environment";

    private const string LockSql = FindSql + " {for update}";

    private const string ListSql = $"""
        select {Columns}
          from dlv_target
         where tenant_id = @tenant
         order by environment
        """;

    private const string AllSql = $"""
        select tenant_id, {Columns}
          from dlv_target
         where kind <> 'local'
         order by tenant_id, environment
        """;

    private const string DeleteSql = "delete from dlv_target where tenant_id = @tenant and environment = @environment";

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, TargetRow row)
    {
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("environment", row.Environment).Set("kind", row.Kind).Set("settings", row.Settings)
            .Set("secrets", row.Secrets).Set("by", row.UpdatedBy).Set("at", (long?)row.UpdatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<TargetRow?> FindAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.FindAsync(static row => Read(row, 0));
    }

    /// <summary>The target, for one who writes it in the same transaction.</summary>
    public static async ValueTask<TargetRow?> LockAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(LockSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.FindAsync(static row => Read(row, 0));
    }

    public static async ValueTask<List<TargetRow>> ListAsync(DbSession session, WorkspaceId workspace)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value);
        return await sql.ListAsync(static row => Read(row, 0));
    }

    /// <summary>The targets of all workspaces that are not this server.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, TargetRow Target)>> AllAsync(DbSession session)
    {
        using var sql = session.Sql(AllSql);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), Read(row, 1)));
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(DeleteSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.ExecuteAsync() == 1;
    }

    private static TargetRow Read(DbDataReader row, int at) => new(
        row.GetString(at), row.GetString(at + 1), row.GetString(at + 2), row.IsDBNull(at + 3) ? null : row.GetFieldValue<byte[]>(at + 3), row.GetInt64(at + 4), row.GetString(at + 5), row.GetInt64(at + 6));
}
