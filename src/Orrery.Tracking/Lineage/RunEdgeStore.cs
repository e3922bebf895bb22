using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of what lineage tells of runs.</summary>
internal static class RunEdgeStore
{
    private const string Facts = """
        select r.run_id, r.experiment_id, r.name, r.started_at, t.value, r.environment
          from trk_run r
          left join trk_tag t on t.tenant_id = r.tenant_id and t.run_id = r.run_id and t.key = 'mlflow.source.git.commit'
         where r.tenant_id = @tenant
           and r.run_id {in runs}
           and r.lifecycle <> 'importing'
         order by r.run_id
        """;

    private const string Inputs = """
        select i.run_id, d.source_type, i.dataset_name, i.dataset_digest
          from trk_input i
          join trk_dataset d on d.tenant_id = i.tenant_id and d.experiment_id = i.experiment_id and d.name = i.dataset_name and d.digest = i.dataset_digest
          join trk_run r on r.tenant_id = i.tenant_id and r.run_id = i.run_id and r.lifecycle <> 'importing'
         where i.tenant_id = @tenant
           and i.run_id {in runs}
         order by i.run_id, i.dataset_name, i.dataset_digest
        """;

    private const string Models = """
        select m.run_id, m.model_id, case when m.direction = 'input' then 1 else 0 end
          from trk_run_model m
          join trk_run r on r.tenant_id = m.tenant_id and r.run_id = m.run_id and r.lifecycle <> 'importing'
         where m.tenant_id = @tenant
           and m.run_id {in runs}
         order by m.run_id, m.direction, m.model_id
        """;

    private const string Page = """
        select run_id
          from trk_run
         where tenant_id = @tenant
           and run_id > @after
           and lifecycle <> 'importing'
         order by run_id
         limit @limit
        """;

    public static async ValueTask<List<RunFacts>> FactsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs)
    {
        using var statement = session.Sql(Facts).Set("tenant", workspace.Value).SetList("runs", runs);
        return await statement.ListAsync(static row => new RunFacts(
            row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5)));
    }

    public static async ValueTask<List<RunDataset>> InputsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs)
    {
        using var statement = session.Sql(Inputs).Set("tenant", workspace.Value).SetList("runs", runs);
        return await statement.ListAsync(static row => new RunDataset(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));
    }

    public static async ValueTask<List<RunLoggedModel>> ModelsAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs)
    {
        using var statement = session.Sql(Models).Set("tenant", workspace.Value).SetList("runs", runs);
        return await statement.ListAsync(static row => new RunLoggedModel(row.GetString(0), row.GetString(1), row.GetInt64(2) == 1));
    }

    /// <summary>Ids of runs after one, in their order.</summary>
    public static async ValueTask<List<string>> PageAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        using var statement = session.Sql(Page).Set("tenant", workspace.Value).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => row.GetString(0));
    }
}
