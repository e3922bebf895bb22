using System.Data.Common;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_definition</c>.</summary>
internal static class DefinitionStore
{
    private const string ListAll = """
        select kind, name, version, object_id, storage_version, revision, is_removed, document, pins
          from fts_definition
         where tenant_id = @tenant
           and project = @project
         order by kind, name, version
        """;

    private const string InsertAll = """
        insert into fts_definition (tenant_id, project, kind, name, version, object_id, storage_version, revision, is_removed, document, pins, created_by, created_at)
        select @tenant, @project, rows.kind, rows.name, rows.version, rows.object_id, rows.storage_version, @revision, rows.is_removed, rows.document, rows.pins, @by, @at
          from {rows}
        """;

    private const string DeleteAll = """
        delete from fts_definition
         where tenant_id = @tenant
           and project = @project
        """;

    /// <summary>Every version of a project's objects.</summary>
    public static async ValueTask<List<DefinitionVersion>> ListAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var statement = session.Sql(ListAll).Set("tenant", workspace.Value).Set("project", project);
        return await statement.ListAsync(Read);
    }

    /// <summary>Writes new versions, all of one revision.</summary>
    public static async ValueTask InsertAsync(
        DbSession session, Actor actor, string project, long revision, IReadOnlyList<DefinitionVersion> versions, long at)
    {
        var rows = new SqlRows(versions.Count)
            .Text("kind", versions, static v => v.Kind.Text())
            .Text("name", versions, static v => v.Name)
            .Whole("version", versions, static v => v.Version)
            .Text("object_id", versions, static v => v.ObjectId)
            .Whole("storage_version", versions, static v => v.StorageVersion)
            .Whole("is_removed", versions, static v => v.IsRemoved ? 1 : 0)
            .Text("document", versions, static v => DefinitionJson.Write(v.Document))
            .Text("pins", versions, static v => v.Pins.Count == 0 ? null : JsonSerializer.Serialize(v.Pins, DefinitionJson.Pins));
        using var statement = session.Sql(InsertAll).Set("tenant", actor.Workspace.Value).Set("project", project)
            .Set("revision", revision).Set("by", actor.Name).Set("at", at);
        await statement.ExecuteRowsAsync(rows);
    }

    /// <summary>Deletes a project's definitions with their history.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string project)
    {
        using var statement = session.Sql(DeleteAll).Set("tenant", workspace.Value).Set("project", project);
        await statement.ExecuteAsync();
    }

    private static DefinitionVersion Read(DbDataReader row)
    {
        var kind = DefinitionKinds.Parse(row.GetString(0));
        return new(
            kind,
            row.GetString(1),
            (int)row.GetInt64(2),
            row.GetString(3),
            (int)row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6) == 1 ? null : DefinitionJson.Read(kind, row.GetString(7)))
        {
            Pins = row.IsDBNull(8) ? [] : JsonSerializer.Deserialize(row.GetString(8), DefinitionJson.Pins)!,
        };
    }
}
