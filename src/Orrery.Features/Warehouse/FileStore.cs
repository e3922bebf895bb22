using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of <c>fts_file</c>.</summary>
internal static class FileStore
{
    private const string Find = """
        select path, blob_key, size, sha256, uploaded_by, uploaded_at
          from fts_file
         where tenant_id = @tenant
           and path = @path
           and is_current = 1
        """;

    private const string FindContent = """
        select path, blob_key, size, sha256, uploaded_by, uploaded_at
          from fts_file
         where tenant_id = @tenant
           and sha256 = @sha256
         order by is_current desc, blob_key
         limit 1
        """;

    private const string List = """
        select path, blob_key, size, sha256, uploaded_by, uploaded_at
          from fts_file
         where tenant_id = @tenant
           and is_current = 1
           and path > @after
           and path >= @prefix
         order by path
         limit @limit
        """;

    private const string Insert = """
        insert into fts_file (tenant_id, blob_key, path, size, sha256, is_current, uploaded_by, uploaded_at)
        values (@tenant, @key, @path, @size, @sha256, 1, @by, @at)
        """;

    // What no training set was made of goes at once.
    private const string Retire = """
        update fts_file
           set is_current = 0
         where tenant_id = @tenant
           and blob_key = @key
        """;

    private const string ListDropped = """
        select f.path, f.blob_key, f.size, f.sha256, f.uploaded_by, f.uploaded_at
          from fts_file f
         where f.tenant_id = @tenant
           and f.is_current = 0
           and not exists (select 1 from fts_training_file t where t.tenant_id = f.tenant_id and t.sha256 = f.sha256)
         order by f.blob_key
         limit 1000
        """;

    private const string Delete = """
        delete from fts_file
         where tenant_id = @tenant
           and blob_key {in keys}
        """;

    private const string Sum = """
        select sum(size)
          from fts_file
         where tenant_id = @tenant
        """;

    public static async ValueTask<WorkspaceFile?> FindAsync(DbSession session, WorkspaceId workspace, string path)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("path", path);
        return await statement.FindAsync(Read);
    }

    /// <summary>A file of that content, current or not.</summary>
    public static async ValueTask<WorkspaceFile?> FindContentAsync(DbSession session, WorkspaceId workspace, string sha256)
    {
        using var statement = session.Sql(FindContent).Set("tenant", workspace.Value).Set("sha256", sha256);
        return await statement.FindAsync(Read);
    }

    /// <summary>Files by path: from a prefix on, which the caller holds paths against, and after a path.</summary>
    public static async ValueTask<List<WorkspaceFile>> ListAsync(DbSession session, WorkspaceId workspace, string prefix, string after, int limit)
    {
        using var statement = session.Sql(List).Set("tenant", workspace.Value).Set("after", after).Set("prefix", prefix).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, WorkspaceFile file)
    {
        using var statement = session.Sql(Insert).Set("tenant", workspace.Value).Set("key", file.BlobKey).Set("path", file.Path)
            .Set("size", file.Size).Set("sha256", file.Sha256).Set("by", file.UploadedBy).Set("at", file.UploadedAt);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RetireAsync(DbSession session, WorkspaceId workspace, string blobKey)
    {
        using var statement = session.Sql(Retire).Set("tenant", workspace.Value).Set("key", blobKey);
        await statement.ExecuteAsync();
    }

    /// <summary>Takes out what is not current and no training set needs; the caller deletes the blobs.</summary>
    public static async ValueTask<List<WorkspaceFile>> DropAsync(DbSession session, WorkspaceId workspace)
    {
        List<WorkspaceFile> dropped;
        using (var list = session.Sql(ListDropped).Set("tenant", workspace.Value))
            dropped = await list.ListAsync(Read);
        if (dropped.Count > 0)
        {
            using var delete = session.Sql(Delete).Set("tenant", workspace.Value).SetList("keys", [.. dropped.Select(static f => f.BlobKey)]);
            await delete.ExecuteAsync();
        }

        return dropped;
    }

    public static async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Sum).Set("tenant", workspace.Value);
        return await statement.LongAsync() ?? 0;
    }

    private static WorkspaceFile Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetInt64(5));
}
