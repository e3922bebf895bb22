using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of what a deleted project leaves behind. Training sets and receipts of erasures stay.</summary>
internal static class RemovalStore
{
    private const string Of = "where tenant_id = @tenant and project = @project";

    private static readonly string[] Removals =
    [
        $"delete from fts_pushed {Of}",
        $"delete from fts_push_key {Of}",
        $"delete from fts_push_source {Of}",
        $"delete from fts_schedule {Of}",
        $"delete from fts_quality {Of}",
        $"delete from fts_quarantine {Of}",
        $"delete from fts_materialization {Of}",
        $"delete from fts_segment {Of}",
    ];

    private const string FilesSql = $"select blob_key from fts_segment {Of} order by blob_key";

    private const string OrphansSql = $"""
        select view_id, storage_version
        from fts_materialized m
        {Of} and not exists (select 1 from fts_definition d where d.tenant_id = m.tenant_id and d.object_id = m.view_id)
        order by view_id, storage_version
        """;

    private const string ForgetSql = $"delete from fts_materialized {Of} and view_id = @view and storage_version = @storage";

    /// <summary>Removes rows, in the transaction of the deletion: a project of that name that is made next begins with nothing.</summary>
    /// <returns>Keys of blobs that nothing names any more.</returns>
    public static async ValueTask<List<string>> RemoveAsync(DbSession session, WorkspaceId workspace, string project)
    {
        List<string> files;
        using (var list = session.Sql(FilesSql).Set("tenant", workspace.Value).Set("project", project))
            files = await list.ListAsync(static row => row.GetString(0));
        foreach (var removal in Removals)
        {
            using var sql = session.Sql(removal).Set("tenant", workspace.Value).Set("project", project);
            await sql.ExecuteAsync();
        }

        return files;
    }

    /// <summary>Online tables of views that are no more.</summary>
    public static async ValueTask<List<OnlineTable>> OrphansAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var sql = session.Sql(OrphansSql).Set("tenant", workspace.Value).Set("project", project);
        return await sql.ListAsync(row => new OnlineTable(workspace, project, row.GetString(0), (int)row.GetInt64(1)));
    }

    /// <summary>Forgets an online table that was dropped.</summary>
    public static async ValueTask ForgetAsync(DbSession session, OnlineTable table)
    {
        using var sql = session.Sql(ForgetSql).Set("tenant", table.Workspace.Value).Set("project", table.Project).Set("view", table.ViewId).Set("storage", (long)table.StorageVersion);
        await sql.ExecuteAsync();
    }
}
