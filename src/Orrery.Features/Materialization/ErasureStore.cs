using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>SQL of erasures.</summary>
internal static class ErasureStore
{
    private const string InsertSql = """
        insert into fts_erasure (tenant_id, erasure_id, project, document, erased_at)
        values (@tenant, @id, @project, @document, @now)
        """;

    private const string FindSql = "select document from fts_erasure where tenant_id = @tenant and erasure_id = @id and project = @project";

    private const string ListSql = """
        select document
        from fts_erasure
        where tenant_id = @tenant and project = @project and erasure_id < @before
        order by erasure_id desc
        limit @limit
        """;

    private const string DeletePushedSql = "delete from fts_pushed where tenant_id = @tenant and project = @project and source = @source and sequence {in sequences}";

    private const string ReplaceSegmentSql = """
        update fts_segment
        set blob_key = @key, size = @size, sha256 = @sha256, row_count = @rows
        where tenant_id = @tenant and project = @project and source = @source and first_sequence = @first and blob_key = @old
        """;

    private const string DeleteFileSql = "delete from fts_file where tenant_id = @tenant and blob_key = @key and is_current = 0";

    private const string UsersOfFileSql = """
        select t.training_set_id, t.name
        from fts_training_file f
        join fts_training_set t on t.tenant_id = f.tenant_id and t.training_set_id = f.training_set_id
        where f.tenant_id = @tenant and f.sha256 = @sha256
        order by t.training_set_id
        limit 100
        """;

    private const string ResultsSql = "select blob_key from fts_historical where tenant_id = @tenant and project = @project order by blob_key";

    private const string RemoveResultsSql = "delete from fts_historical where tenant_id = @tenant and project = @project";

    private const string DeleteQuarantinedSql = "delete from fts_quarantine where tenant_id = @tenant and check_id = @check and position = @position";

    public static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, ErasureReceipt receipt)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", receipt.Id).Set("project", receipt.Project)
            .Set("document", JsonSerializer.Serialize(receipt, OrreryJson.TypeOf<ErasureReceipt>())).Set("now", (long?)receipt.ErasedAt);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<ErasureReceipt?> FindAsync(DbSession session, WorkspaceId workspace, string project, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id).Set("project", project);
        return await sql.FindAsync(static row => Read(row.GetString(0)));
    }

    public static async ValueTask<List<ErasureReceipt>> ListAsync(DbSession session, WorkspaceId workspace, string project, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("project", project).Set("before", before).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => Read(row.GetString(0)));
    }

    public static async ValueTask<long> DeletePushedAsync(DbSession session, FeatureProject project, string source, IReadOnlyCollection<long> sequences)
    {
        using var sql = session.Sql(DeletePushedSql).Set("tenant", project.Workspace.Value).Set("project", project.Name).Set("source", source).SetList("sequences", sequences);
        return await sql.ExecuteAsync();
    }

    /// <summary>Puts another file in a segment's place; false when the segment changed meanwhile.</summary>
    public static async ValueTask<bool> ReplaceSegmentAsync(DbSession session, FeatureProject project, string source, PushedSegment old, PushedSegment next)
    {
        using var sql = session.Sql(ReplaceSegmentSql).Set("tenant", project.Workspace.Value).Set("project", project.Name).Set("source", source)
            .Set("key", next.BlobKey).Set("size", (long?)next.Size).Set("sha256", next.Sha256).Set("rows", (long?)next.Rows).Set("first", (long?)old.First).Set("old", old.BlobKey);
        return await sql.ExecuteAsync() > 0;
    }

    /// <summary>Forgets a file that was replaced, whatever was made of it.</summary>
    public static async ValueTask DeleteFileAsync(DbSession session, WorkspaceId workspace, string blobKey)
    {
        using var sql = session.Sql(DeleteFileSql).Set("tenant", workspace.Value).Set("key", blobKey);
        await sql.ExecuteAsync();
    }

    /// <summary>Training sets that were made of a file.</summary>
    public static async ValueTask<List<(string Id, string Name)>> UsersOfFileAsync(DbSession session, WorkspaceId workspace, string sha256)
    {
        using var sql = session.Sql(UsersOfFileSql).Set("tenant", workspace.Value).Set("sha256", sha256);
        return await sql.ListAsync(static row => (row.GetString(0), row.GetString(1)));
    }

    /// <summary>Forgets results of historical requests.</summary>
    /// <returns>Keys of their files.</returns>
    public static async ValueTask<List<string>> RemoveResultsAsync(DbSession session, WorkspaceId workspace, string project)
    {
        List<string> files;
        using (var list = session.Sql(ResultsSql).Set("tenant", workspace.Value).Set("project", project))
            files = await list.ListAsync(static row => row.GetString(0));
        using var sql = session.Sql(RemoveResultsSql).Set("tenant", workspace.Value).Set("project", project);
        await sql.ExecuteAsync();
        return files;
    }

    public static async ValueTask<long> DeleteQuarantinedAsync(DbSession session, WorkspaceId workspace, string check, long position)
    {
        using var sql = session.Sql(DeleteQuarantinedSql).Set("tenant", workspace.Value).Set("check", check).Set("position", (long?)position);
        return await sql.ExecuteAsync();
    }

    private static ErasureReceipt Read(string json) => JsonSerializer.Deserialize(json, OrreryJson.TypeOf<ErasureReceipt>())!;
}
