using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_run</c>, <c>trk_param</c> and <c>trk_tag</c>.</summary>
internal static class RunStore
{
    public const string Columns =
        "r.run_id, r.experiment_id, r.name, r.user_name, r.status, r.started_at, r.ended_at, r.lifecycle, r.artifact_uri, r.revision";

    private const string FindRun = $"""
        select {Columns}
          from trk_run r
         where r.tenant_id = @tenant
           and r.run_id = @run
           and r.lifecycle <> 'importing'
        """;

    private const string InsertRun = """
        insert into trk_run (tenant_id, run_id, experiment_id, name, user_name, status, started_at, ended_at, lifecycle, artifact_uri, revision)
        values (@tenant, @run, @experiment, @name, @user, @status, @started, @ended, @stage, @uri, 1)
        """;

    private const string TouchRun = """
        update trk_run
           set revision = revision + 1
         where tenant_id = @tenant
           and run_id = @run
           and lifecycle = 'active'
        returning experiment_id, revision
        """;

    private const string UpdateRun = """
        update trk_run
           set status = @status, ended_at = @ended, name = @name
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string RenameRun = """
        update trk_run
           set name = @name
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string SetUser = """
        update trk_run
           set user_name = @user
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string MoveRun = """
        update trk_run
           set lifecycle = @to, deleted_at = @deleted, revision = revision + 1
         where tenant_id = @tenant
           and run_id = @run
           and lifecycle = @from
        """;

    private const string MoveRuns = """
        update trk_run
           set lifecycle = @to, deleted_at = @deleted, revision = revision + 1
         where tenant_id = @tenant
           and experiment_id = @experiment
           and lifecycle = @from
        """;

    private const string ListParams = """
        select key, value
          from trk_param
         where tenant_id = @tenant
           and run_id = @run
           and key {in keys}
         order by key
        """;

    private const string InsertParams = """
        insert into trk_param (tenant_id, run_id, key, value, experiment_id, head)
        select @tenant, @run, rows.key, rows.value, @experiment, substr(rows.value, 1, 64)
          from {rows}
        """;

    private const string UpsertTags = """
        insert into trk_tag (tenant_id, run_id, key, value, experiment_id, head)
        select @tenant, @run, rows.key, rows.value, @experiment, substr(rows.value, 1, 64)
          from {rows}
         where true
            on conflict (tenant_id, run_id, key) do update set value = excluded.value, head = excluded.head
        """;

    private const string RemoveTag = """
        delete from trk_tag
         where tenant_id = @tenant
           and run_id = @run
           and key = @key
        """;

    private const string FindTag = """
        select value
          from trk_tag
         where tenant_id = @tenant
           and run_id = @run
           and key = @key
        """;

    public static async ValueTask<Run?> FindAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(FindRun).Set("tenant", workspace.Value).Set("run", runId);
        return await statement.FindAsync(Read);
    }

    /// <summary>Takes hold of an active run for a write: checks its state, locks its row, raises its revision. Null when there is no such active run.</summary>
    public static async ValueTask<RunTouch?> TouchAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(TouchRun).Set("tenant", workspace.Value).Set("run", runId);
        return await statement.FindAsync(row => new RunTouch(runId, row.GetInt64(0), row.GetInt64(1)));
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, Run run)
    {
        using var statement = session.Sql(InsertRun)
            .Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId).Set("name", run.Name).Set("user", run.User)
            .Set("status", run.Status).Set("started", run.StartedAt).Set("ended", run.EndedAt).Set("stage", run.Stage).Set("uri", run.ArtifactUri);
        await statement.ExecuteAsync();
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, Run run)
    {
        using var statement = session.Sql(UpdateRun)
            .Set("status", run.Status).Set("ended", run.EndedAt).Set("name", run.Name).Set("tenant", workspace.Value).Set("run", run.RunId);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RenameAsync(DbSession session, WorkspaceId workspace, string runId, string name)
    {
        using var statement = session.Sql(RenameRun).Set("name", name).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteAsync();
    }

    public static async ValueTask SetUserAsync(DbSession session, WorkspaceId workspace, string runId, string user)
    {
        using var statement = session.Sql(SetUser).Set("user", user).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> MoveAsync(DbSession session, WorkspaceId workspace, string runId, string from, string to, long? deletedAt)
    {
        using var statement = session.Sql(MoveRun)
            .Set("to", to).Set("deleted", deletedAt).Set("tenant", workspace.Value).Set("run", runId).Set("from", from);
        return await statement.ExecuteAsync() > 0;
    }

    public static async ValueTask MoveAllAsync(DbSession session, WorkspaceId workspace, long experiment, string from, string to, long? deletedAt)
    {
        using var statement = session.Sql(MoveRuns)
            .Set("to", to).Set("deleted", deletedAt).Set("tenant", workspace.Value).Set("experiment", experiment).Set("from", from);
        await statement.ExecuteAsync();
    }

    /// <summary>Those of the keys that are logged already, with their values.</summary>
    public static async ValueTask<List<Pair>> ParamsAsync(DbSession session, WorkspaceId workspace, string runId, IReadOnlyCollection<string> keys)
    {
        using var statement = session.Sql(ListParams).Set("tenant", workspace.Value).Set("run", runId).SetList("keys", keys);
        return await statement.ListAsync(static row => new Pair(row.GetString(0), row.GetString(1)));
    }

    public static async ValueTask InsertParamsAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<Pair> pairs)
    {
        using var statement = session.Sql(InsertParams).Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId);
        await statement.ExecuteRowsAsync(new SqlRows(pairs.Count).Text("key", pairs, p => p.Key).Text("value", pairs, p => p.Value));
    }

    public static async ValueTask SetTagsAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<Pair> tags)
    {
        using var statement = session.Sql(UpsertTags).Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId);
        await statement.ExecuteRowsAsync(new SqlRows(tags.Count).Text("key", tags, t => t.Key).Text("value", tags, t => t.Value));
    }

    public static async ValueTask<bool> RemoveTagAsync(DbSession session, WorkspaceId workspace, string runId, string key)
    {
        using var statement = session.Sql(RemoveTag).Set("tenant", workspace.Value).Set("run", runId).Set("key", key);
        return await statement.ExecuteAsync() > 0;
    }

    public static async ValueTask<string?> TagAsync(DbSession session, WorkspaceId workspace, string runId, string key)
    {
        using var statement = session.Sql(FindTag).Set("tenant", workspace.Value).Set("run", runId).Set("key", key);
        return await statement.FindAsync(static row => row.GetString(0));
    }

    public static Run Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetInt64(5),
        row.IsDBNull(6) ? null : row.GetInt64(6),
        row.GetString(7),
        row.GetString(8),
        row.GetInt64(9));
}
