using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of what lineage tells of versions.</summary>
internal static class VersionEdgeStore
{
    private const string Page = """
        select v.model_id, m.name, v.version, v.run_id, v.logged_model_id, v.created_at
          from reg_version v
          join reg_model m on m.tenant_id = v.tenant_id and m.model_id = v.model_id
         where v.tenant_id = @tenant
           and v.model_id >= @model
           and (v.model_id > @model or v.version > @version)
         order by v.model_id, v.version
         limit @limit
        """;

    /// <summary>Versions after one, by model and number.</summary>
    public static async ValueTask<List<LineageVersion>> PageAsync(DbSession session, WorkspaceId workspace, string model, long version, int limit)
    {
        using var statement = session.Sql(Page).Set("tenant", workspace.Value).Set("model", model).Set("version", version).Set("limit", limit);
        return await statement.ListAsync(static row => new LineageVersion(
            row.GetString(0), row.GetString(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetInt64(5)));
    }
}
