using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_request</c>.</summary>
internal static class RequestStore
{
    private const string Insert = """
        insert into fts_request (tenant_id, blob_key, size, created_at)
        values (@tenant, @key, @size, @at)
        """;

    private const string Delete = """
        delete from fts_request
         where tenant_id = @tenant
           and blob_key {in keys}
        """;

    private const string ListOld = """
        select blob_key
          from fts_request
         where tenant_id = @tenant
           and created_at < @before
         order by created_at, blob_key
         limit @limit
        """;

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string key, long size, long at)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value).Set("key", key).Set("size", size).Set("at", at);
        await statement.ExecuteAsync();
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> keys)
    {
        using var statement = session.Sql(Delete).Set("tenant", workspace.Value).SetList("keys", keys);
        await statement.ExecuteAsync();
    }

    /// <summary>Those kept before a time, oldest first.</summary>
    public static async ValueTask<List<string>> ListOldAsync(DbSession session, WorkspaceId workspace, long before, int limit)
    {
        using var statement = session.Sql(ListOld).Set("tenant", workspace.Value).Set("before", before).Set("limit", limit);
        return await statement.ListAsync(static row => row.GetString(0));
    }
}
