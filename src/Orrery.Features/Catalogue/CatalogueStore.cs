using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of the catalogue: projects by name, versions of a definition, ids of views.</summary>
internal static class CatalogueStore
{
    private const string ListProjects = """
        select name, description, revision, created_at, updated_at
          from fts_project
         where tenant_id = @tenant
           and name > @after
         order by name
         limit @limit
        """;

    private const string ListVersions = """
        select version, storage_version, revision, is_removed, created_by, created_at
          from fts_definition
         where tenant_id = @tenant
           and project = @project
           and kind = @kind
           and name = @name
         order by version desc
        """;

    private const string FindView = """
        select distinct object_id
          from fts_definition
         where tenant_id = @tenant
           and kind in ('view', 'on_demand')
           and (object_id = @name or name = @name or project || '/' || name = @name)
         order by object_id
         limit 2
        """;

    private const string Names = """
        select tenant_id, object_id, max(project || '/' || name)
          from fts_definition
         where tenant_id {in tenants}
           and object_id {in ids}
         group by tenant_id, object_id
         order by tenant_id, object_id
        """;

    /// <summary>Projects after a name.</summary>
    public static async ValueTask<List<ProjectRow>> ListProjectsAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        using var statement = session.Sql(ListProjects).Set("tenant", workspace.Value).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => new ProjectRow(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
    }

    /// <summary>Versions of a definition, newest first.</summary>
    public static async ValueTask<List<FeatureVersionInfo>> ListVersionsAsync(DbSession session, WorkspaceId workspace, string project, DefinitionKind kind, string name)
    {
        using var statement = session.Sql(ListVersions).Set("tenant", workspace.Value).Set("project", project).Set("kind", kind.Text()).Set("name", name);
        return await statement.ListAsync(static row => new FeatureVersionInfo
        {
            Version = (int)row.GetInt64(0),
            StorageVersion = (int)row.GetInt64(1),
            Revision = row.GetInt64(2),
            Removed = row.GetInt64(3) == 1 ? true : null,
            CreatedBy = row.GetString(4),
            CreatedAt = row.GetInt64(5),
        });
    }

    /// <summary>Id of the view with an id, a name that only one has, or <c>project/name</c>; null for none.</summary>
    public static async ValueTask<string?> FindViewAsync(DbSession session, WorkspaceId workspace, string idOrName)
    {
        using var statement = session.Sql(FindView).Set("tenant", workspace.Value).Set("name", idOrName);
        return await statement.ListAsync(static row => row.GetString(0)) is [var only] ? only : null;
    }

    /// <summary>What views are called: <c>project/name</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<(WorkspaceId Workspace, string Id), string>> NamesAsync(
        DbSession session, IReadOnlyCollection<(WorkspaceId Workspace, string Id)> views)
    {
        using var statement = session.Sql(Names)
            .SetList("tenants", views.Select(static view => view.Workspace.Value).ToHashSet()).SetList("ids", views.Select(static view => view.Id).ToHashSet());
        return (await statement.ListAsync(static row => (Workspace: new WorkspaceId(row.GetInt64(0)), Id: row.GetString(1), Name: row.GetString(2))))
            .ToDictionary(static view => (view.Workspace, view.Id), static view => view.Name);
    }
}
