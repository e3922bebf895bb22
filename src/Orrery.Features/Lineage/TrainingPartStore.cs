using System.Data.Common;
using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_training_part</c>, and of training sets as they are found by what they were made of.</summary>
internal static class TrainingPartStore
{
    private const string Columns = "training_set_id, kind, name, version, features";

    private const string OfSets = $"""
        select {Columns}
          from fts_training_part
         where tenant_id = @tenant
           and training_set_id {"{in sets}"}
         order by training_set_id, kind, name, version
        """;

    private const string SetsWith = """
        select distinct training_set_id
          from fts_training_part
         where tenant_id = @tenant
           and project = @project
           and kind {in kinds}
           and name = @name
         order by training_set_id desc
         limit @limit
        """;

    private const string Unlinked = """
        select training_set_id, manifest
          from fts_training_set
         where tenant_id = @tenant
           and project = @project
           and is_linked = 0
           and training_set_id > @after
           and state = 'ready'
         order by training_set_id
         limit @limit
        """;

    private const string Link = """
        update fts_training_set
           set is_linked = 1
         where tenant_id = @tenant
           and training_set_id {in sets}
        """;

    private const string Insert = """
        insert into fts_training_part (tenant_id, project, kind, name, training_set_id, version, features)
        select @tenant, @project, rows.kind, rows.name, rows.training_set, rows.version, rows.features
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string Delete = """
        delete from fts_training_part
         where tenant_id = @tenant
           and training_set_id = @set
        """;

    private const string DataColumns = "training_set_id, project, name, content_hash, row_count, created_at";

    private const string DataOfProject = $"""
        select {DataColumns}
          from fts_training_set
         where tenant_id = @tenant
           and project = @project
           and content_hash is not null
         order by training_set_id desc
         limit @limit
        """;

    private const string DataOfIds = $"""
        select {DataColumns}
          from fts_training_set
         where tenant_id = @tenant
           and training_set_id {"{in ids}"}
           and content_hash is not null
         order by training_set_id desc
        """;

    // The digest is the beginning of the hash, and hashes have digits of one case: '~' is greater than any.
    private const string DataOfDigest = $"""
        select {DataColumns}
          from fts_training_set
         where tenant_id = @tenant
           and content_hash >= @digest
           and content_hash < @beyond
           and name = @name
         order by training_set_id
         limit 100
        """;

    /// <summary>What sets were made of.</summary>
    public static async ValueTask<List<TrainingPart>> ListAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> sets)
    {
        using var statement = session.Sql(OfSets).Set("tenant", workspace.Value).SetList("sets", sets);
        return await statement.ListAsync(static row => new TrainingPart(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3), JsonSerializer.Deserialize(row.GetString(4), TrainingPartJson.Default.IReadOnlyListString)!));
    }

    /// <summary>Sets that were made of something, newest first.</summary>
    public static async ValueTask<List<string>> SetsWithAsync(DbSession session, WorkspaceId workspace, string project, IReadOnlyCollection<string> kinds, string name, int limit)
    {
        using var statement = session.Sql(SetsWith).Set("tenant", workspace.Value).Set("project", project).SetList("kinds", kinds).Set("name", name).Set("limit", limit);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <summary>Sets whose parts are not in the table yet, with their manifests.</summary>
    public static async ValueTask<List<(string Set, string Manifest)>> UnlinkedAsync(DbSession session, WorkspaceId workspace, string project, string after, int limit)
    {
        using var statement = session.Sql(Unlinked).Set("tenant", workspace.Value).Set("project", project).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)));
    }

    /// <summary>Writes down what sets were made of.</summary>
    public static async ValueTask LinkAsync(DbSession session, WorkspaceId workspace, string project, IReadOnlyCollection<string> sets, IReadOnlyList<TrainingPart> parts)
    {
        using (var insert = session.Sql(Insert).Set("tenant", workspace.Value).Set("project", project))
        {
            await insert.ExecuteRowsAsync(new SqlRows(parts.Count)
                .Text("kind", parts, static p => p.Kind).Text("name", parts, static p => p.Name).Text("training_set", parts, static p => p.Set)
                .Whole("version", parts, static p => p.Version)
                .Text("features", parts, static p => JsonSerializer.Serialize(p.Features, TrainingPartJson.Default.IReadOnlyListString)));
        }

        using var mark = session.Sql(Link).Set("tenant", workspace.Value).SetList("sets", sets);
        await mark.ExecuteAsync();
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string set)
    {
        using var statement = session.Sql(Delete).Set("tenant", workspace.Value).Set("set", set);
        await statement.ExecuteAsync();
    }

    /// <summary>Finished sets of a project, newest first.</summary>
    public static async ValueTask<List<TrainingData>> DataAsync(DbSession session, WorkspaceId workspace, string project, int limit)
    {
        using var statement = session.Sql(DataOfProject).Set("tenant", workspace.Value).Set("project", project).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>Finished sets by id, newest first.</summary>
    public static async ValueTask<List<TrainingData>> DataAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> ids)
    {
        using var statement = session.Sql(DataOfIds).Set("tenant", workspace.Value).SetList("ids", ids);
        return await statement.ListAsync(Read);
    }

    /// <summary>Finished sets that a run's input names.</summary>
    public static async ValueTask<List<TrainingData>> DataAsync(DbSession session, WorkspaceId workspace, string name, string digest)
    {
        using var statement = session.Sql(DataOfDigest).Set("tenant", workspace.Value).Set("digest", digest).Set("beyond", digest + "~").Set("name", name);
        return await statement.ListAsync(Read);
    }

    private static TrainingData Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), TrainingData.DigestOf(row.GetString(3)))
    {
        Rows = row.IsDBNull(4) ? null : row.GetInt64(4),
        CreatedAt = row.GetInt64(5),
    };
}
