using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_materialized</c>, <c>fts_materialization</c> and <c>fts_schedule</c>.</summary>
internal static class MaterializationStore
{
    private const string Columns =
        "run_id, project, view_id, view, version, storage_version, mode, from_us, to_us, cursor_us, rows_read, rows_written, quarantined, state, error, created_by, created_at, finished_at";

    private const string FindStateSql = """
        select since_us, until_us, created_until_us, newest_us, is_stale
        from fts_materialized
        where tenant_id = @tenant and project = @project and view_id = @view and storage_version = @storage
        """;

    // What came later is never taken back: two runs, or a run and a push, may end in any order.
    private const string AdvanceSql = """
        insert into fts_materialized (tenant_id, project, view_id, storage_version, since_us, until_us, created_until_us, newest_us, is_stale, updated_at)
        values (@tenant, @project, @view, @storage, @since, @until, @created, @newest, 0, @now)
        on conflict (tenant_id, project, view_id, storage_version) do update set
          since_us = case when excluded.since_us is not null and (fts_materialized.since_us is null or fts_materialized.since_us > excluded.since_us)
            then excluded.since_us else fts_materialized.since_us end,
          until_us = case when excluded.until_us is not null and (fts_materialized.until_us is null or fts_materialized.until_us < excluded.until_us)
            then excluded.until_us else fts_materialized.until_us end,
          created_until_us = case when excluded.created_until_us is not null and (fts_materialized.created_until_us is null or fts_materialized.created_until_us < excluded.created_until_us)
            then excluded.created_until_us else fts_materialized.created_until_us end,
          newest_us = case when excluded.newest_us is not null and (fts_materialized.newest_us is null or fts_materialized.newest_us < excluded.newest_us)
            then excluded.newest_us else fts_materialized.newest_us end,
          updated_at = excluded.updated_at
        """;

    private const string ForgetSql = """
        delete from fts_materialized
        where tenant_id = @tenant and project = @project and view_id = @view and storage_version = @storage
        """;

    private const string MarkStaleSql = """
        update fts_materialized
        set is_stale = @stale, updated_at = @now
        where tenant_id = @tenant and project = @project and view_id = @view and storage_version = @storage and is_stale <> @stale
        """;

    private const string InsertSql = $"""
        insert into fts_materialization (tenant_id, {Columns})
        values (@tenant, @run, @project, @view_id, @view, @version, @storage, @mode, @from, @to, null, 0, 0, 0, 'queued', null, @by, @now, null)
        """;

    private const string FindSql = $"select {Columns} from fts_materialization where tenant_id = @tenant and run_id = @run";

    private const string StepSql = """
        update fts_materialization
        set cursor_us = @cursor, rows_read = rows_read + @read, rows_written = rows_written + @written, quarantined = quarantined + @quarantined, state = 'running'
        where tenant_id = @tenant and run_id = @run
        """;

    private const string EndSql = """
        update fts_materialization
        set state = @state, error = @error, finished_at = @now
        where tenant_id = @tenant and run_id = @run and finished_at is null
        """;

    private const string ListSql = $"""
        select {Columns}
        from fts_materialization
        where tenant_id = @tenant and project = @project and (@view is null or view = @view) and run_id < @before
        order by run_id desc
        limit @limit
        """;

    private const string LatestSql = $"""
        select {Columns}
        from fts_materialization r
        where tenant_id = @tenant and project = @project and run_id = (
          select max(run_id) from fts_materialization l where l.tenant_id = r.tenant_id and l.project = r.project and l.view_id = r.view_id and l.storage_version = r.storage_version)
        order by view_id
        """;

    private const string FindDueSql = "select last_due from fts_schedule where tenant_id = @tenant and project = @project and view_id = @view";

    private const string PutDueSql = """
        insert into fts_schedule (tenant_id, project, view_id, last_due)
        values (@tenant, @project, @view, @due)
        on conflict (tenant_id, project, view_id) do update set last_due = excluded.last_due
        where fts_schedule.last_due < excluded.last_due
        """;

    public static async ValueTask<MaterializationState> StateAsync(DbSession session, OnlineTable table)
    {
        using var sql = Key(session.Sql(FindStateSql), table);
        return await sql.FindAsync(static row => new MaterializationState(Whole(row, 0), Whole(row, 1), Whole(row, 2), Whole(row, 3), row.GetInt64(4) != 0)) ?? MaterializationState.None;
    }

    /// <summary>Notes how far a view is; null leaves a part as it is.</summary>
    public static async ValueTask AdvanceAsync(DbSession session, OnlineTable table, long? since, long? until, long? created, long? newest, long now)
    {
        using var sql = Key(session.Sql(AdvanceSql), table).Set("since", since).Set("until", until).Set("created", created).Set("newest", newest).Set("now", now);
        await sql.ExecuteAsync();
    }

    public static async ValueTask ForgetAsync(DbSession session, OnlineTable table)
    {
        using var sql = Key(session.Sql(ForgetSql), table);
        await sql.ExecuteAsync();
    }

    /// <summary>Notes whether a view is stale; false when that was known.</summary>
    public static async ValueTask<bool> MarkStaleAsync(DbSession session, OnlineTable table, bool stale, long now)
    {
        using var sql = Key(session.Sql(MarkStaleSql), table).Set("stale", stale ? 1L : 0L).Set("now", now);
        return await sql.ExecuteAsync() > 0;
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, MaterializationRow run)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("run", run.RunId).Set("project", run.Project).Set("view_id", run.ViewId)
            .Set("view", run.View).Set("version", (long)run.Version).Set("storage", (long)run.StorageVersion).Set("mode", run.Mode).Set("from", run.From)
            .Set("to", (long?)run.To).Set("by", run.CreatedBy).Set("now", (long?)run.CreatedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<MaterializationRow?> FindAsync(DbSession session, WorkspaceId workspace, string run)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("run", run);
        return await sql.FindAsync(Read);
    }

    /// <summary>Notes that a part of a run is done.</summary>
    public static async ValueTask StepAsync(DbSession session, WorkspaceId workspace, string run, long cursor, long read, long written, long quarantined)
    {
        using var sql = session.Sql(StepSql).Set("tenant", workspace.Value).Set("run", run).Set("cursor", (long?)cursor).Set("read", (long?)read)
            .Set("written", (long?)written).Set("quarantined", (long?)quarantined);
        await sql.ExecuteAsync();
    }

    /// <summary>Ends a run, once.</summary>
    public static async ValueTask EndAsync(DbSession session, WorkspaceId workspace, string run, string state, string? error, long now)
    {
        using var sql = session.Sql(EndSql).Set("tenant", workspace.Value).Set("run", run).Set("state", state).Set("error", error).Set("now", (long?)now);
        await sql.ExecuteAsync();
    }

    /// <summary>Runs of a project, or of one view, newest first, before an id.</summary>
    public static async ValueTask<List<MaterializationRow>> ListAsync(DbSession session, WorkspaceId workspace, string project, string? view, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("project", project).Set("view", view).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>The latest run of each view.</summary>
    public static async ValueTask<List<MaterializationRow>> LatestAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var sql = session.Sql(LatestSql).Set("tenant", workspace.Value).Set("project", project);
        return await sql.ListAsync(Read);
    }

    /// <summary>When a scheduled view was last started, Unix milliseconds.</summary>
    public static async ValueTask<long?> FindDueAsync(DbSession session, WorkspaceId workspace, string project, string viewId)
    {
        using var sql = session.Sql(FindDueSql).Set("tenant", workspace.Value).Set("project", project).Set("view", viewId);
        return await sql.LongAsync();
    }

    /// <summary>Takes a time for one start; false when it was taken.</summary>
    public static async ValueTask<bool> TakeDueAsync(DbSession session, WorkspaceId workspace, string project, string viewId, long due)
    {
        using var sql = session.Sql(PutDueSql).Set("tenant", workspace.Value).Set("project", project).Set("view", viewId).Set("due", (long?)due);
        return await sql.ExecuteAsync() > 0;
    }

    private static DbStatement Key(DbStatement sql, OnlineTable table) =>
        sql.Set("tenant", table.Workspace.Value).Set("project", table.Project).Set("view", table.ViewId).Set("storage", (long)table.StorageVersion);

    private static MaterializationRow Read(DbDataReader row) => new()
    {
        RunId = row.GetString(0),
        Project = row.GetString(1),
        ViewId = row.GetString(2),
        View = row.GetString(3),
        Version = (int)row.GetInt64(4),
        StorageVersion = (int)row.GetInt64(5),
        Mode = row.GetString(6),
        From = Whole(row, 7),
        To = row.GetInt64(8),
        Cursor = Whole(row, 9),
        RowsRead = row.GetInt64(10),
        RowsWritten = row.GetInt64(11),
        Quarantined = row.GetInt64(12),
        State = row.GetString(13),
        Error = row.IsDBNull(14) ? null : row.GetString(14),
        CreatedBy = row.GetString(15),
        CreatedAt = row.GetInt64(16),
        FinishedAt = Whole(row, 17),
    };

    private static long? Whole(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
