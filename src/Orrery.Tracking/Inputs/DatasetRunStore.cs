using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL from data sets to runs and back.</summary>
internal static class DatasetRunStore
{
    private const string Tables = """
          from trk_input i
          join trk_dataset d on d.tenant_id = i.tenant_id and d.experiment_id = i.experiment_id and d.name = i.dataset_name and d.digest = i.dataset_digest
          join trk_run r on r.tenant_id = i.tenant_id and r.run_id = i.run_id and r.lifecycle <> 'importing'
         where i.tenant_id = @tenant
           and d.source_type = @type
        """;

    private const string Columns = "i.run_id, i.dataset_name, i.dataset_digest, r.experiment_id, r.name, r.status, case when r.lifecycle = 'deleted' then 1 else 0 end";

    private const string ByDigest = $"""
        select {Columns}
        {Tables}
           and i.dataset_digest {"{in digests}"}
         order by r.started_at desc, i.run_id, i.dataset_name, i.dataset_digest
         limit @limit
        """;

    private const string ByRun = $"""
        select {Columns}
        {Tables}
           and i.run_id {"{in runs}"}
         order by i.run_id, i.position, i.dataset_name, i.dataset_digest
        """;

    private const string Find = """
        select r.run_id, '', '', r.experiment_id, r.name, r.status, case when r.lifecycle = 'deleted' then 1 else 0 end
          from trk_run r
         where r.tenant_id = @tenant
           and r.run_id = @run
           and r.lifecycle <> 'importing'
        """;

    private const string Needed = """
        select distinct i.dataset_name, i.dataset_digest
          from trk_input i
          join trk_dataset d on d.tenant_id = i.tenant_id and d.experiment_id = i.experiment_id and d.name = i.dataset_name and d.digest = i.dataset_digest
         where i.tenant_id = @tenant
           and d.source_type = @type
           and i.dataset_digest {in digests}
        """;

    public static async ValueTask<List<DatasetRun>> ListAsync(DbSession session, WorkspaceId workspace, string sourceType, IReadOnlyCollection<string> digests, int limit)
    {
        using var statement = session.Sql(ByDigest).Set("tenant", workspace.Value).Set("type", sourceType).SetList("digests", digests).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<List<DatasetRun>> OfRunsAsync(DbSession session, WorkspaceId workspace, string sourceType, IReadOnlyCollection<string> runs)
    {
        using var statement = session.Sql(ByRun).Set("tenant", workspace.Value).Set("type", sourceType).SetList("runs", runs);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask<DatasetRun?> FindAsync(DbSession session, WorkspaceId workspace, string run)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("run", run);
        return await statement.FindAsync(Read);
    }

    /// <summary>Those that any run names, also one that is being imported.</summary>
    public static async ValueTask<HashSet<(string Name, string Digest)>> NeededAsync(
        DbSession session, WorkspaceId workspace, string sourceType, IReadOnlyCollection<string> digests)
    {
        using var statement = session.Sql(Needed).Set("tenant", workspace.Value).Set("type", sourceType).SetList("digests", digests);
        return [.. await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)))];
    }

    private static DatasetRun Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetInt32(6) == 1);
}
