using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_training_set</c> and <c>fts_training_file</c>.</summary>
internal static class TrainingSetStore
{
    private const string Find = """
        select training_set_id, project, name, state, created_by, created_at, job_id, content_hash, row_count, manifest, statistics, blob_key, size, problem, sha256, entities_key, entities_size, entities_sha256
          from fts_training_set
         where tenant_id = @tenant
           and training_set_id = @id
        """;

    private const string List = """
        select training_set_id, project, name, state, created_by, created_at, job_id, content_hash, row_count, null, null, blob_key, size, problem, sha256, entities_key, entities_size, entities_sha256
          from fts_training_set
         where tenant_id = @tenant
           and project = @project
           and training_set_id < @before
         order by training_set_id desc
         limit @limit
        """;

    private const string Insert = """
        insert into fts_training_set (tenant_id, training_set_id, project, name, state, created_by, created_at)
        values (@tenant, @id, @project, @name, @state, @by, @at)
        """;

    private const string SetJob = """
        update fts_training_set
           set job_id = @job
         where tenant_id = @tenant
           and training_set_id = @id
        """;

    private const string Complete = """
        update fts_training_set
           set state = @state, content_hash = @hash, row_count = @rows, manifest = @manifest, statistics = @statistics, blob_key = @key, size = @size, problem = @problem,
               sha256 = @sha256, entities_key = @entities, entities_size = @entities_size, entities_sha256 = @entities_sha256, is_linked = 0
         where tenant_id = @tenant
           and training_set_id = @id
        """;

    private const string Delete = """
        delete from fts_training_set
         where tenant_id = @tenant
           and training_set_id = @id
        """;

    private const string DeleteFiles = """
        delete from fts_training_file
         where tenant_id = @tenant
           and training_set_id = @id
        """;

    private const string InsertFiles = """
        insert into fts_training_file (tenant_id, training_set_id, source, position, path, sha256)
        select @tenant, @id, rows.source, rows.position, rows.path, rows.sha256
          from {rows}
        """;

    private const string ListStrays = """
        select s.training_set_id, s.project
          from fts_training_set s
         where s.tenant_id = @tenant
           and s.training_set_id > @after
           and s.created_at < @before
           and s.state <> 'building'
           and not exists (select 1 from fts_project p where p.tenant_id = s.tenant_id and p.name = s.project)
         order by s.training_set_id
         limit @limit
        """;

    /// <summary>Sets made before a time whose project is gone.</summary>
    public static async ValueTask<List<(string Id, string Project)>> ListStraysAsync(DbSession session, WorkspaceId workspace, long before, string after, int limit)
    {
        using var statement = session.Sql(ListStrays).Set("tenant", workspace.Value).Set("after", after).Set("before", before).Set("limit", limit);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetString(1)));
    }

    public static async ValueTask<TrainingSet?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("id", id);
        return await statement.FindAsync(Read);
    }

    /// <summary>Newest first, without manifests and statistics.</summary>
    public static async ValueTask<List<TrainingSet>> ListAsync(DbSession session, WorkspaceId workspace, string project, string before, int limit)
    {
        using var statement = session.Sql(List).Set("tenant", workspace.Value).Set("project", project).Set("before", before).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, TrainingSet set)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value).Set("id", set.Id).Set("project", set.Project).Set("name", set.Name)
            .Set("state", set.State).Set("by", set.CreatedBy).Set("at", set.CreatedAt);
        await statement.ExecuteAsync();
    }

    public static async ValueTask SetJobAsync(DbSession session, WorkspaceId workspace, string id, string job)
    {
        using var statement = session.Sql(SetJob).Set("tenant", workspace.Value).Set("id", id).Set("job", job);
        await statement.ExecuteAsync();
    }

    /// <summary>Writes down what came of it, and which files it was made of.</summary>
    public static async ValueTask CompleteAsync(DbSession session, WorkspaceId workspace, TrainingSet set, IReadOnlyList<SourceState> sources)
    {
        using var statement = session.Sql(Complete).Set("tenant", workspace.Value).Set("id", set.Id).Set("state", set.State).Set("hash", set.ContentHash)
            .Set("rows", set.Rows).Set("manifest", set.Manifest).Set("statistics", set.Statistics).Set("key", set.BlobKey).Set("size", set.Size).Set("problem", set.Problem)
            .Set("sha256", set.Sha256).Set("entities", set.Entities?.BlobKey).Set("entities_size", set.Entities?.Size).Set("entities_sha256", set.Entities?.Sha256);
        await statement.ExecuteAsync();
        await RunAsync(session, DeleteFiles, workspace, set.Id);
        var files = sources.SelectMany(static source => source.Files.Select((file, i) => (Source: source.Name, Position: (long)i, file.Name, Sha256: file.Sha256!))).ToList();
        using var insert = session.Sql(InsertFiles).Set("tenant", workspace.Value).Set("id", set.Id);
        await insert.ExecuteRowsAsync(new SqlRows(files.Count)
            .Text("source", files, static f => f.Source).Whole("position", files, static f => f.Position)
            .Text("path", files, static f => f.Name).Text("sha256", files, static f => f.Sha256));
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string id)
    {
        await TrainingPartStore.DeleteAsync(session, workspace, id);
        await RunAsync(session, DeleteFiles, workspace, id);
        await RunAsync(session, Delete, workspace, id);
    }

    private static async ValueTask RunAsync(DbSession session, string sql, WorkspaceId workspace, string id)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    private static TrainingSet Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5))
    {
        Job = Text(row, 6),
        ContentHash = Text(row, 7),
        Rows = row.IsDBNull(8) ? null : row.GetInt64(8),
        Manifest = Text(row, 9),
        Statistics = Text(row, 10),
        BlobKey = Text(row, 11),
        Size = row.IsDBNull(12) ? null : row.GetInt64(12),
        Problem = Text(row, 13),
        Sha256 = Text(row, 14),
        Entities = Text(row, 15) is { } key ? new(key, row.GetInt64(16), row.GetString(17)) : null,
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
