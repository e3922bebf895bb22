using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What a job joined.</summary>
internal sealed record HistoricalResult(string Job, string Project, OutputFormat Format, string BlobKey, long Size, long Rows);

/// <summary>SQL of <c>fts_historical</c>.</summary>
internal static class HistoricalStore
{
    private const string Find = """
        select job_id, project, format, blob_key, size, row_count
          from fts_historical
         where tenant_id = @tenant
           and job_id = @job
        """;

    private const string Put = """
        insert into fts_historical (tenant_id, job_id, project, format, blob_key, size, row_count, created_by, created_at)
        values (@tenant, @job, @project, @format, @key, @size, @rows, @by, @at)
            on conflict (tenant_id, job_id) do update
           set size = excluded.size, row_count = excluded.row_count
        """;

    private const string ListOld = """
        select blob_key
          from fts_historical
         where tenant_id = @tenant
           and created_at < @before
         order by created_at, job_id
         limit @limit
        """;

    private const string Delete = """
        delete from fts_historical
         where tenant_id = @tenant
           and blob_key {in keys}
        """;

    /// <summary>Blobs of results from before a time, oldest first.</summary>
    public static async ValueTask<List<string>> ListOldAsync(DbSession session, WorkspaceId workspace, long before, int limit)
    {
        using var statement = session.Sql(ListOld).Set("tenant", workspace.Value).Set("before", before).Set("limit", limit);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <summary>Forgets results by their blobs.</summary>
    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> keys)
    {
        using var statement = session.Sql(Delete).Set("tenant", workspace.Value).SetList("keys", keys);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<HistoricalResult?> FindAsync(DbSession session, WorkspaceId workspace, string job)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("job", job);
        return await statement.FindAsync(static row => new HistoricalResult(
            row.GetString(0), row.GetString(1), Enum.Parse<OutputFormat>(row.GetString(2), ignoreCase: true), row.GetString(3), row.GetInt64(4), row.GetInt64(5)));
    }

    public static async ValueTask PutAsync(DbSession session, Actor actor, HistoricalResult result, long at)
    {
        using var statement = session.Sql(Put).Set("tenant", actor.Workspace.Value).Set("job", result.Job).Set("project", result.Project)
            .Set("format", result.Format.ToString().ToLowerInvariant()).Set("key", result.BlobKey).Set("size", result.Size).Set("rows", result.Rows)
            .Set("by", actor.Name).Set("at", at);
        await statement.ExecuteAsync();
    }
}
