using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of projects and training sets in the order that lineage reads them.</summary>
internal static class SetEdgeStore
{
    private const string NextProject = """
        select name, updated_at
          from fts_project
         where tenant_id = @tenant
           and name > @after
         order by name
         limit 1
        """;

    private const string Page = """
        select training_set_id, manifest
          from fts_training_set
         where tenant_id = @tenant
           and training_set_id > @after
           and state = 'ready'
           and manifest is not null
         order by training_set_id
         limit @limit
        """;

    /// <summary>The project after one; a null name for none.</summary>
    public static async ValueTask<(string? Name, long At)> NextProjectAsync(DbSession session, WorkspaceId workspace, string after)
    {
        using var statement = session.Sql(NextProject).Set("tenant", workspace.Value).Set("after", after);
        return await statement.FindAsync(static row => ((string?)row.GetString(0), row.GetInt64(1)));
    }

    /// <summary>Finished sets after one, with their manifests.</summary>
    public static async ValueTask<List<(string Id, string Manifest)>> PageAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        using var statement = session.Sql(Page).Set("tenant", workspace.Value).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)));
    }
}
