using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL from runs to the versions that they made.</summary>
internal static class TrainedVersionStore
{
    private const string ByRun = """
        select r.model_id, m.name, r.version, r.stage, r.run_id, a.alias
          from reg_version r
          join reg_model m on m.tenant_id = r.tenant_id and m.model_id = r.model_id
          left join reg_alias a on a.tenant_id = r.tenant_id and a.model_id = r.model_id and a.version = r.version
         where r.tenant_id = @tenant
           and r.run_id is not null
           and r.run_id {in runs}
         order by m.name, r.version desc, a.alias
        """;

    /// <summary>Versions of some runs, by name, newest first.</summary>
    public static async ValueTask<List<TrainedVersion>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs)
    {
        using var statement = session.Sql(ByRun).Set("tenant", workspace.Value).SetList("runs", runs);
        var rows = await statement.ListAsync(static row => (
            Version: new TrainedVersion(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), []), Alias: row.IsDBNull(5) ? null : row.GetString(5)));
        return [.. rows.GroupBy(static row => (row.Version.ModelId, row.Version.Version)).Select(static of => of.First().Version with { Aliases = [.. of.Select(static row => row.Alias).OfType<string>()] })];
    }
}
