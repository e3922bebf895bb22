using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of what historical requests and training sets keep in blobs.</summary>
internal static class OfflineStore
{
    private const string Sum = """
        select (select coalesce(sum(size), 0) from fts_historical where tenant_id = @tenant)
             + (select coalesce(sum(coalesce(size, 0) + coalesce(entities_size, 0)), 0) from fts_training_set where tenant_id = @tenant)
             + (select coalesce(sum(size), 0) from fts_request where tenant_id = @tenant)
             + (select coalesce(sum(size), 0) from fts_segment where tenant_id = @tenant)
        """;

    private const string Blobs = """
        select k.blob_key, k.size, k.sha256
          from (select blob_key, size, sha256 from fts_file where tenant_id = @tenant
                union all
                select blob_key, size, sha256 from fts_training_set where tenant_id = @tenant and sha256 is not null
                union all
                select entities_key, entities_size, entities_sha256 from fts_training_set where tenant_id = @tenant and entities_key is not null
                union all
                select blob_key, size, sha256 from fts_segment where tenant_id = @tenant) k
         where k.blob_key > @after
         order by k.blob_key
         limit @limit
        """;

    /// <summary>The blobs that the tables name, by key.</summary>
    public static async ValueTask<List<(string Key, long Size, string Sha256)>> BlobsAsync(DbSession session, WorkspaceId workspace, string after, int limit)
    {
        using var statement = session.Sql(Blobs).Set("tenant", workspace.Value).Set("after", after).Set("limit", limit);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetInt64(1), row.GetString(2)));
    }

    public static async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Sum).Set("tenant", workspace.Value);
        return await statement.LongAsync() ?? 0;
    }
}
