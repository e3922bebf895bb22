using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_run.environment</c>: a captured environment, as JSON.</summary>
internal static class EnvironmentStore
{
    private const string List = """
        select run_id, environment
          from trk_run
         where tenant_id = @tenant
           and run_id {in ids}
           and lifecycle <> 'importing'
           and environment is not null
         order by run_id
        """;

    private const string Update = """
        update trk_run
           set environment = @environment
         where tenant_id = @tenant
           and run_id = @run
        """;

    /// <summary>Those of the runs that have one, by run id.</summary>
    public static async ValueTask<Dictionary<string, RunEnvironment>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runIds)
    {
        using var statement = session.Sql(List).Set("tenant", workspace.Value).SetList("ids", runIds);
        var rows = await statement.ListAsync(static row => (Id: row.GetString(0), Json: row.GetString(1)));
        return rows.ToDictionary(static r => r.Id, static r => Parse(r.Json));
    }

    public static async ValueTask SetAsync(DbSession session, WorkspaceId workspace, string runId, RunEnvironment environment)
    {
        using var statement = session.Sql(Update)
            .Set("environment", JsonSerializer.Serialize(environment, OrreryJson.TypeOf<RunEnvironment>()))
            .Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteAsync();
    }

    public static RunEnvironment Parse(string json) => JsonSerializer.Deserialize(json, OrreryJson.TypeOf<RunEnvironment>())!;
}
