using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_project</c>.</summary>
internal static class ProjectStore
{
    private const string Columns = "name, description, revision, created_at, updated_at";

    private const string FindOne = $"""
        select {Columns}
          from fts_project
         where tenant_id = @tenant
           and name = @name
        """;

    private const string LockOne = FindOne + "\n {for update}";

    private const string ListStamps = """
        select tenant_id, name, revision, created_at
          from fts_project
         where tenant_id {in tenants}
         order by tenant_id, name
        """;

    private const string InsertOne = """
        insert into fts_project (tenant_id, name, description, revision, created_at, updated_at)
        values (@tenant, @name, @description, 0, @at, @at)
            on conflict do nothing
        """;

    private const string UpdateOne = """
        update fts_project
           set description = @description, revision = @revision, updated_at = @at
         where tenant_id = @tenant
           and name = @name
        """;

    private const string DeleteOne = """
        delete from fts_project
         where tenant_id = @tenant
           and name = @name
        """;

    /// <summary>A project; null for none.</summary>
    public static ValueTask<ProjectRow?> FindAsync(DbSession session, WorkspaceId workspace, string name) => FindAsync(session, FindOne, workspace, name);

    /// <summary>A project, held until the transaction ends; null for none.</summary>
    public static ValueTask<ProjectRow?> LockAsync(DbSession session, WorkspaceId workspace, string name) => FindAsync(session, LockOne, workspace, name);

    /// <summary>At which revision the projects of workspaces are.</summary>
    public static async ValueTask<List<ProjectStamp>> ListStampsAsync(DbSession session, IReadOnlyCollection<long> workspaces)
    {
        using var statement = session.Sql(ListStamps).SetList("tenants", workspaces);
        return await statement.ListAsync(static row => new ProjectStamp(new(row.GetInt64(0)), row.GetString(1), row.GetInt64(2), row.GetInt64(3)));
    }

    /// <summary>Begins a project at revision 0; one that is there stays.</summary>
    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string name, string? description, long at)
    {
        using var statement = session.Sql(InsertOne).Set("tenant", workspace.Value).Set("name", name).Set("description", description).Set("at", at);
        await statement.ExecuteAsync();
    }

    /// <summary>Moves a project on.</summary>
    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, ProjectRow project)
    {
        using var statement = session.Sql(UpdateOne).Set("description", project.Description).Set("revision", project.Revision)
            .Set("at", project.UpdatedAt).Set("tenant", workspace.Value).Set("name", project.Name);
        await statement.ExecuteAsync();
    }

    /// <summary>Deletes a project.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string name)
    {
        using var statement = session.Sql(DeleteOne).Set("tenant", workspace.Value).Set("name", name);
        await statement.ExecuteAsync();
    }

    private static async ValueTask<ProjectRow?> FindAsync(DbSession session, string sql, WorkspaceId workspace, string name)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("name", name);
        return await statement.FindAsync(static row => new ProjectRow(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
    }
}

/// <summary>A project as it is stored. Times are Unix milliseconds.</summary>
internal sealed record ProjectRow(string Name, string? Description, long Revision, long CreatedAt, long UpdatedAt);

/// <summary>Tells one state of a project from another, also from that of one of the same name before it.</summary>
internal readonly record struct ProjectStamp(WorkspaceId Workspace, string Name, long Revision, long CreatedAt);
