using System.Data.Common;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of runs while they are imported: those of lifecycle <c>importing</c>, which nothing else sees.</summary>
internal static class RunImportStore
{
    private const string Insert = """
        insert into trk_run (tenant_id, run_id, experiment_id, name, user_name, status, started_at, ended_at, lifecycle, artifact_uri, revision)
        values (@tenant, @run, @experiment, @name, @user, @status, @started, @ended, 'importing', @uri, 1)
            on conflict do nothing
        """;

    private const string Update = """
        update trk_run
           set experiment_id = @experiment, name = @name, user_name = @user, status = @status, started_at = @started, ended_at = @ended, artifact_uri = @uri
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string Touch = """
        update trk_run
           set revision = revision + 1
         where tenant_id = @tenant
           and run_id = @run
           and lifecycle = 'importing'
        returning experiment_id, revision
        """;

    private const string Publish = """
        update trk_run
           set lifecycle = @stage, deleted_at = @deleted, revision = revision + 1
         where tenant_id = @tenant
           and run_id = @run
           and lifecycle = 'importing'
           and revision = @revision
        """;

    private const string Find = $"""
        select {RunStore.Columns}
          from trk_run r
         where r.tenant_id = @tenant
           and r.run_id = @run
        """;

    private const string RemoveParams = """
        delete from trk_param
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string RemoveTags = """
        delete from trk_tag
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string RemoveInputs = """
        delete from trk_input
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string RemoveModels = """
        delete from trk_run_model
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string Count = """
        select (select count(*) from trk_param p where p.tenant_id = r.tenant_id and p.run_id = r.run_id),
               (select count(*) from trk_tag t where t.tenant_id = r.tenant_id and t.run_id = r.run_id),
               (select count(*) from trk_latest l where l.tenant_id = r.tenant_id and l.run_id = r.run_id)
          from trk_run r
         where r.tenant_id = @tenant
           and r.run_id = @run
        """;

    private const string States = """
        select r.run_id, i.source, i.completed_at, i.points,
               (select count(*) from trk_param p where p.tenant_id = r.tenant_id and p.run_id = r.run_id),
               (select count(*) from trk_tag t where t.tenant_id = r.tenant_id and t.run_id = r.run_id),
               (select count(*) from trk_latest l where l.tenant_id = r.tenant_id and l.run_id = r.run_id)
          from trk_run r
          left join trk_import i on i.tenant_id = r.tenant_id and i.kind = 'run' and i.id = r.run_id
         where r.tenant_id = @tenant
           and r.run_id {in ids}
         order by r.run_id
        """;

    /// <summary>Inserts an invisible run; false when the id is in use.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, Run run)
    {
        using var statement = session.Sql(Insert)
            .Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId).Set("name", run.Name).Set("user", run.User)
            .Set("status", run.Status).Set("started", run.StartedAt).Set("ended", run.EndedAt).Set("uri", run.ArtifactUri);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>Takes out what an earlier opening brought, but for metrics and artifacts, and writes the row anew.</summary>
    public static async ValueTask ResetAsync(DbSession session, WorkspaceId workspace, Run run)
    {
        foreach (var sql in new[] { RemoveParams, RemoveTags, RemoveInputs, RemoveModels })
        {
            using var remove = session.Sql(sql).Set("tenant", workspace.Value).Set("run", run.RunId);
            await remove.ExecuteAsync();
        }

        using var statement = session.Sql(Update)
            .Set("experiment", run.ExperimentId).Set("name", run.Name).Set("user", run.User).Set("status", run.Status)
            .Set("started", run.StartedAt).Set("ended", run.EndedAt).Set("uri", run.ArtifactUri)
            .Set("tenant", workspace.Value).Set("run", run.RunId);
        await statement.ExecuteAsync();
    }

    /// <summary>Takes hold of an invisible run for a write.</summary>
    public static async ValueTask<RunTouch?> TouchAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(Touch).Set("tenant", workspace.Value).Set("run", runId);
        return await statement.FindAsync(row => new RunTouch(runId, row.GetInt64(0), row.GetInt64(1)));
    }

    /// <summary>Makes a run visible as it was at this revision; false when it was written to since.</summary>
    public static async ValueTask<bool> PublishAsync(DbSession session, WorkspaceId workspace, Run run, string stage, long? deletedAt)
    {
        using var statement = session.Sql(Publish)
            .Set("stage", stage).Set("deleted", deletedAt).Set("tenant", workspace.Value).Set("run", run.RunId).Set("revision", run.Revision);
        return await statement.ExecuteAsync() > 0;
    }

    /// <summary>A run's row in whatever state, invisible ones too.</summary>
    public static async ValueTask<Run?> FindAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("run", runId);
        return await statement.FindAsync(RunStore.Read);
    }

    /// <summary>Parameters, tags and metric names of a run that is there.</summary>
    public static async ValueTask<ImportCounts> CountAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        using var statement = session.Sql(Count).Set("tenant", workspace.Value).Set("run", runId);
        return (await statement.FindAsync(static row => ReadCounts(row, 0)))!;
    }

    public static async ValueTask<List<ImportStateRow>> StatesAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(States).Set("tenant", workspace.Value).SetList("ids", ids);
        return await statement.ListAsync(ImportStateRow.Read);
    }

    internal static ImportCounts ReadCounts(DbDataReader row, int from) =>
        new() { Params = row.GetInt64(from), Tags = row.GetInt64(from + 1), MetricKeys = row.GetInt64(from + 2) };
}
