using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_apply</c>.</summary>
internal static class ApplyStore
{
    private const string Columns = "revision, description, note, changes, created_by, created_at";

    private const string InsertOne = """
        insert into fts_apply (tenant_id, project, revision, description, note, changes, created_by, created_at)
        values (@tenant, @project, @revision, @description, @note, @changes, @by, @at)
        """;

    private const string ListPage = $"""
        select {Columns}
          from fts_apply
         where tenant_id = @tenant
           and project = @project
           and revision < @before
         order by revision desc
         limit @limit
        """;

    private const string FindOne = $"""
        select {Columns}
          from fts_apply
         where tenant_id = @tenant
           and project = @project
           and revision = @revision
        """;

    private const string DeleteAll = """
        delete from fts_apply
         where tenant_id = @tenant
           and project = @project
        """;

    /// <summary>Writes down what an apply did; fields are left out, they follow from the definitions.</summary>
    public static async ValueTask InsertAsync(DbSession session, Actor actor, string project, ApplyRow apply, long at)
    {
        using var statement = session.Sql(InsertOne).Set("tenant", actor.Workspace.Value).Set("project", project).Set("revision", apply.Revision)
            .Set("description", apply.Description).Set("note", apply.Note)
            .Set("changes", JsonSerializer.Serialize([.. apply.Changes.Select(static change => change with { Fields = [] })], DefinitionJson.Changes))
            .Set("by", actor.Name).Set("at", at);
        await statement.ExecuteAsync();
    }

    /// <summary>Applies before a revision, newest first.</summary>
    public static async ValueTask<List<ApplyRow>> ListAsync(DbSession session, WorkspaceId workspace, string project, long before, int limit)
    {
        using var statement = session.Sql(ListPage).Set("tenant", workspace.Value).Set("project", project).Set("before", before).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>One apply; null for none.</summary>
    public static async ValueTask<ApplyRow?> FindAsync(DbSession session, WorkspaceId workspace, string project, long revision)
    {
        using var statement = session.Sql(FindOne).Set("tenant", workspace.Value).Set("project", project).Set("revision", revision);
        return await statement.FindAsync(Read);
    }

    /// <summary>Deletes a project's history.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var statement = session.Sql(DeleteAll).Set("tenant", workspace.Value).Set("project", project);
        await statement.ExecuteAsync();
    }

    private static ApplyRow Read(DbDataReader row) => new(
        row.GetInt64(0),
        row.IsDBNull(1) ? null : row.GetString(1),
        row.IsDBNull(2) ? null : row.GetString(2),
        JsonSerializer.Deserialize(row.GetString(3), DefinitionJson.Changes)!,
        row.GetString(4),
        row.GetInt64(5));
}

/// <summary>What an apply did, as it is stored.</summary>
/// <param name="Revision">It made.</param>
/// <param name="Description">The project's, from then on.</param>
/// <param name="Note">Given with it.</param>
/// <param name="Changes">What it changed, without fields.</param>
/// <param name="CreatedBy">Who.</param>
/// <param name="CreatedAt">When, Unix milliseconds.</param>
internal sealed record ApplyRow(long Revision, string? Description, string? Note, IReadOnlyList<FeatureChange> Changes, string CreatedBy, long CreatedAt);
