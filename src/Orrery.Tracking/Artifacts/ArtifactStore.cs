using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_artifact</c>, the index of artifacts.</summary>
internal static class ArtifactStore
{
    private const string Columns = "folder, name, blob_key, size, sha256";

    private const string FindFile = $"""
        select {Columns}
          from trk_artifact
         where tenant_id = @tenant
           and folder = @folder
           and name = @name
        """;

    private const string SumOfSizes = """
        select cast(coalesce(sum(size), 0) as bigint)
          from trk_artifact
         where tenant_id = @tenant
        """;

    private const string Upsert = """
        insert into trk_artifact (tenant_id, folder, name, blob_key, size, sha256, created_at)
        values (@tenant, @folder, @name, @key, @size, @sha256, @at)
            on conflict (tenant_id, folder, name) do update
           set blob_key = excluded.blob_key, size = excluded.size, sha256 = excluded.sha256, created_at = excluded.created_at
        """;

    private const string RemoveFile = """
        delete from trk_artifact
         where tenant_id = @tenant
           and folder = @folder
           and name = @name
        returning blob_key
        """;

    private const string RemoveTree = """
        delete from trk_artifact
         where tenant_id = @tenant
           and (folder = @folder or (folder >= @below and folder < @beyond))
        returning blob_key
        """;

    private const string ListFiles = $"""
        select {Columns}
          from trk_artifact
         where tenant_id = @tenant
           and folder = @folder
         order by name
        """;

    // The next folder after one: a jump in the index, so that a folder costs one step however much lies below it.
    private const string NextFolder = """
        select folder
          from trk_artifact
         where tenant_id = @tenant
           and folder >= @from
           and folder < @beyond
         order by folder
         limit 1
        """;

    private const string ListTree = $"""
        select {Columns}
          from trk_artifact
         where tenant_id = @tenant
           and (folder = @folder or (folder >= @below and folder < @beyond))
         order by folder, name
        """;

    private const string ListBlobs = $"""
        select {Columns}
          from trk_artifact
         where tenant_id = @tenant
           and (folder, name) > (@folder, @name)
           and substr(blob_key, 1, 3) <> 'db:'
         order by folder, name
         limit @limit
        """;

    private const string InsertContent = """
        insert into trk_artifact_content (tenant_id, blob_key, content)
        values (@tenant, @key, @content)
        """;

    private const string FindContent = """
        select content
          from trk_artifact_content
         where tenant_id = @tenant
           and blob_key = @key
        """;

    private const string RemoveContent = """
        delete from trk_artifact_content
         where tenant_id = @tenant
           and blob_key {in keys}
        """;

    public static async ValueTask<long> BytesAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(SumOfSizes).Set("tenant", workspace.Value);
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask InsertContentAsync(DbSession session, WorkspaceId workspace, string key, byte[] content)
    {
        using var statement = session.Sql(InsertContent).Set("tenant", workspace.Value).Set("key", key).Set("content", content);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<byte[]?> ContentAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var statement = session.Sql(FindContent).Set("tenant", workspace.Value).Set("key", key);
        return await statement.FindAsync(static row => (byte[])row.GetValue(0));
    }

    /// <summary>The next files after one whose content is a blob, by folder and name.</summary>
    public static async ValueTask<List<Artifact>> BlobsAsync(DbSession session, WorkspaceId workspace, string folder, string name, int limit)
    {
        using var statement = session.Sql(ListBlobs).Set("tenant", workspace.Value).Set("folder", folder).Set("name", name).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>Removes contents that nothing points at any more.</summary>
    public static async ValueTask RemoveContentAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> keys)
    {
        if (keys.Count == 0)
            return;
        using var statement = session.Sql(RemoveContent).Set("tenant", workspace.Value).SetList("keys", keys);
        await statement.ExecuteAsync();
    }

    private const string CountTree = """
        select count(*), cast(coalesce(sum(size), 0) as bigint)
          from trk_artifact
         where tenant_id = @tenant
           and (folder = @folder or (folder >= @below and folder < @beyond))
        """;

    public static async ValueTask<Artifact?> FindAsync(DbSession session, WorkspaceId workspace, ArtifactPath path)
    {
        using var statement = session.Sql(FindFile).Set("tenant", workspace.Value).Set("folder", path.Folder).Set("name", path.Name);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, Artifact artifact, long at)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", workspace.Value).Set("folder", artifact.Path.Folder).Set("name", artifact.Path.Name)
            .Set("key", artifact.BlobKey).Set("size", artifact.Size).Set("sha256", artifact.Sha256).Set("at", at);
        await statement.ExecuteAsync();
    }

    /// <summary>Takes a file, or all below a folder, out of the index, with what of it lies in the database; null when there is none.</summary>
    /// <returns>The blobs to delete after the commit.</returns>
    public static async ValueTask<List<string>?> RemoveAsync(DbSession session, WorkspaceId workspace, ArtifactPath path)
    {
        var keys = await RemoveEntriesAsync(session, workspace, path);
        await RemoveContentAsync(session, workspace, keys.FindAll(static key => key.StartsWith(Artifact.DatabasePrefix, StringComparison.Ordinal)));
        return keys.Count == 0 ? null : keys.FindAll(static key => !key.StartsWith(Artifact.DatabasePrefix, StringComparison.Ordinal));
    }

    private static async ValueTask<List<string>> RemoveEntriesAsync(DbSession session, WorkspaceId workspace, ArtifactPath path)
    {
        using (var file = session.Sql(RemoveFile).Set("tenant", workspace.Value).Set("folder", path.Folder).Set("name", path.Name))
        {
            if (await file.ListAsync(static row => row.GetString(0)) is { Count: > 0 } one)
                return one;
        }

        using var tree = session.Sql(RemoveTree)
            .Set("tenant", workspace.Value).Set("folder", path.Full).Set("below", path.Full + "/").Set("beyond", path.Full + "0");
        return await tree.ListAsync(static row => row.GetString(0));
    }

    public static async ValueTask<List<Artifact>> FilesAsync(DbSession session, WorkspaceId workspace, string folder)
    {
        using var statement = session.Sql(ListFiles).Set("tenant", workspace.Value).Set("folder", folder);
        return await statement.ListAsync(Read);
    }

    /// <summary>Names of the folders directly in a folder, in order.</summary>
    public static async ValueTask<IReadOnlyCollection<string>> FoldersAsync(DbSession session, WorkspaceId workspace, string folder)
    {
        // '0' is the character after '/'.
        var below = folder.Length == 0 ? "" : folder + "/";
        var beyond = folder.Length == 0 ? "\U0010FFFF" : folder + "0";
        var from = folder.Length == 0 ? "\u0001" : below;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        while (true)
        {
            using var next = session.Sql(NextFolder).Set("tenant", workspace.Value).Set("from", from).Set("beyond", beyond);
            if (await next.FindAsync(static row => row.GetString(0)) is not { } found)
                return names;
            var slash = found.IndexOf('/', below.Length);
            var name = found[below.Length..(slash < 0 ? found.Length : slash)];
            // A folder's own files come before what lies below it, and 'a-b' sorts between 'a' and 'a/': a name may come twice.
            names.Add(name);
            from = slash < 0 ? found + "\u0001" : below + name + "0";
        }
    }

    /// <summary>All files below a folder, by folder and name.</summary>
    public static async ValueTask<List<Artifact>> TreeAsync(DbSession session, WorkspaceId workspace, string folder)
    {
        using var statement = session.Sql(ListTree)
            .Set("tenant", workspace.Value).Set("folder", folder).Set("below", folder + "/").Set("beyond", folder + "0");
        return await statement.ListAsync(Read);
    }

    /// <summary>How many files are below a folder, and their bytes.</summary>
    public static async ValueTask<(long Files, long Bytes)> CountAsync(DbSession session, WorkspaceId workspace, string folder)
    {
        using var statement = session.Sql(CountTree)
            .Set("tenant", workspace.Value).Set("folder", folder).Set("below", folder + "/").Set("beyond", folder + "0");
        return await statement.FindAsync(static row => (row.GetInt64(0), row.GetInt64(1)));
    }

    private static Artifact Read(DbDataReader row) =>
        new(new(row.GetString(0), row.GetString(1)), row.GetString(2), row.GetInt64(3), row.GetString(4));
}
