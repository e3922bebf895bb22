using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>
/// SQL of <c>trk_removal</c>. A removal begins with the row of the run or logged model itself, so that nothing sees it any more;
/// what belongs to it follows in small transactions, and the removal's own row goes last.
/// </summary>
internal static class RemovalStore
{
    private const string Insert = """
        insert into trk_removal (tenant_id, kind, id, folder)
        select @tenant, @kind, rows.id, rows.folder
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string DeleteRuns = """
        delete from trk_run
         where tenant_id = @tenant
           and run_id {in ids}
        """;

    private const string DeleteModels = """
        delete from trk_model
         where tenant_id = @tenant
           and model_id {in ids}
        """;

    private const string DeleteImports = """
        delete from trk_import
         where tenant_id = @tenant
           and kind = @kind
           and id {in ids}
        """;

    private const string IsPending = """
        select 1
          from trk_removal
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        """;

    private const string Next = """
        select kind, id, folder
          from trk_removal
         where tenant_id = @tenant
         order by kind, id
         limit 1
        """;

    private const string Find = """
        select kind, id, folder
          from trk_removal
         where tenant_id = @tenant
           and kind = @kind
           and id = @id
        """;

    private const string DeleteFiles = """
        delete from trk_artifact
         where tenant_id = @tenant
           and (folder, name) in (
               select a.folder, a.name
                 from trk_artifact a
                where a.tenant_id = @tenant
                  and (a.folder = @folder or (a.folder >= @below and a.folder < @beyond))
                limit @limit)
        returning blob_key, size
        """;

    private const string DeleteSegments = """
        delete from trk_metric
         where tenant_id = @tenant
           and run_id = @id
           and (key, seq) in (
               select m.key, m.seq
                 from trk_metric m
                where m.tenant_id = @tenant
                  and m.run_id = @id
                limit @limit)
        """;

    private static readonly string[] OfRuns =
    [
        "delete from trk_param where tenant_id = @tenant and run_id = @id",
        "delete from trk_tag where tenant_id = @tenant and run_id = @id",
        "delete from trk_latest where tenant_id = @tenant and run_id = @id",
        "delete from trk_input where tenant_id = @tenant and run_id = @id",
        "delete from trk_run_model where tenant_id = @tenant and run_id = @id",
        "delete from trk_removal where tenant_id = @tenant and kind = 'run' and id = @id",
    ];

    private static readonly string[] OfModels =
    [
        "delete from trk_model_param where tenant_id = @tenant and model_id = @id",
        "delete from trk_model_tag where tenant_id = @tenant and model_id = @id",
        "delete from trk_model_metric where tenant_id = @tenant and model_id = @id",
        "delete from trk_removal where tenant_id = @tenant and kind = 'model' and id = @id",
    ];

    /// <summary>Takes runs out of sight and begins their removal.</summary>
    public static async ValueTask BeginRunsAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<(string Id, string ArtifactUri)> runs)
    {
        await InsertAsync(session, workspace, "run", runs);
        using var delete = session.Sql(DeleteRuns).Set("tenant", workspace.Value).SetList("ids", runs.Select(static r => r.Id).ToArray());
        await delete.ExecuteAsync();
    }

    /// <summary>Takes logged models out of sight and begins their removal.</summary>
    public static async ValueTask BeginModelsAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<(string Id, string ArtifactUri)> models)
    {
        await InsertAsync(session, workspace, "model", models);
        using var delete = session.Sql(DeleteModels).Set("tenant", workspace.Value).SetList("ids", models.Select(static m => m.Id).ToArray());
        await delete.ExecuteAsync();
    }

    public static async ValueTask<bool> IsPendingAsync(DbSession session, WorkspaceId workspace, ImportKey key)
    {
        using var statement = session.Sql(IsPending).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        return await statement.LongAsync() is not null;
    }

    /// <summary>A removal that is not finished; null when there is none.</summary>
    public static async ValueTask<Removal?> NextAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Next).Set("tenant", workspace.Value);
        return await statement.FindAsync(Read);
    }

    public static async ValueTask<Removal?> FindAsync(DbSession session, WorkspaceId workspace, ImportKey key)
    {
        using var statement = session.Sql(Find).Set("tenant", workspace.Value).Set("kind", key.Kind).Set("id", key.Id);
        return await statement.FindAsync(Read);
    }

    /// <summary>Takes files below a folder out of the index, with what of them lies in the database; their blobs are to be deleted after the commit.</summary>
    public static async ValueTask<List<(string BlobKey, long Size)>> DeleteFilesAsync(DbSession session, WorkspaceId workspace, string folder, int limit)
    {
        var files = await DeleteEntriesAsync(session, workspace, folder, limit);
        await ArtifactStore.RemoveContentAsync(session, workspace, [.. files.Select(static f => f.BlobKey).Where(Artifact.IsInDatabase)]);
        return files;
    }

    private static async ValueTask<List<(string BlobKey, long Size)>> DeleteEntriesAsync(DbSession session, WorkspaceId workspace, string folder, int limit)
    {
        using var statement = session.Sql(DeleteFiles)
            .Set("tenant", workspace.Value).Set("folder", folder).Set("below", folder + "/").Set("beyond", folder + "0").Set("limit", limit);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetInt64(1)));
    }

    public static async ValueTask<int> DeleteSegmentsAsync(DbSession session, WorkspaceId workspace, string runId, int limit)
    {
        using var statement = session.Sql(DeleteSegments).Set("tenant", workspace.Value).Set("id", runId).Set("limit", limit);
        return await statement.ExecuteAsync();
    }

    /// <summary>Removes the rest, and the removal itself.</summary>
    public static async ValueTask EndAsync(DbSession session, WorkspaceId workspace, Removal removal)
    {
        foreach (var sql in removal.Key.Kind == "run" ? OfRuns : OfModels)
        {
            using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("id", removal.Key.Id);
            await statement.ExecuteAsync();
        }
    }

    private static async ValueTask InsertAsync(DbSession session, WorkspaceId workspace, string kind, IReadOnlyList<(string Id, string ArtifactUri)> owners)
    {
        using (var insert = session.Sql(Insert).Set("tenant", workspace.Value).Set("kind", kind))
        {
            await insert.ExecuteRowsAsync(new SqlRows(owners.Count)
                .Text("id", owners, o => o.Id)
                .Text("folder", owners, o => ArtifactUri.PathOf(o.ArtifactUri) is { Length: > 0 } folder ? folder : null));
        }

        using var imports = session.Sql(DeleteImports).Set("tenant", workspace.Value).Set("kind", kind).SetList("ids", owners.Select(static o => o.Id).ToArray());
        await imports.ExecuteAsync();
    }

    private static Removal Read(System.Data.Common.DbDataReader row) =>
        new(new(row.GetString(0), row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2));
}

/// <summary>A run or logged model that is being removed for good.</summary>
/// <param name="Key">Which.</param>
/// <param name="Folder">Root of its artifacts in our store; null when they lie elsewhere.</param>
internal sealed record Removal(ImportKey Key, string? Folder);
