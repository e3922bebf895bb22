using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of <c>reg_package</c>, <c>reg_package_file</c> and <c>reg_folder</c>.</summary>
internal static class PackageStore
{
    // One statement, since each sees the database of its own moment: the package as it is, with the files it then has.
    private const string FindPackage = """
        select p.state, p.problem, p.folder, p.size, p.sha256, p.document, p.read_at, f.path, f.size, f.sha256
          from reg_package p
          left join reg_package_file f on f.tenant_id = p.tenant_id and f.model_id = p.model_id and f.version = p.version
         where p.tenant_id = @tenant
           and p.model_id = @model
           and p.version = @version
         order by f.path
        """;

    private const string UpsertPackage = """
        insert into reg_package (tenant_id, model_id, version, state, problem, folder, size, sha256, document, read_at)
        values (@tenant, @model, @version, @state, @problem, @folder, @size, @sha256, @document, @at)
            on conflict (tenant_id, model_id, version) do update
           set state = excluded.state, problem = excluded.problem, folder = excluded.folder, size = excluded.size, sha256 = excluded.sha256,
               document = excluded.document, read_at = excluded.read_at
        """;

    private const string InsertFiles = """
        insert into reg_package_file (tenant_id, model_id, version, path, size, sha256)
        select @tenant, @model, @version, rows.path, rows.size, rows.sha256
          from {rows}
        """;

    private const string RemoveFiles = """
        delete from reg_package_file
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string RemovePackage = """
        delete from reg_package
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
        """;

    private const string ListVersions = """
        select version
          from reg_package
         where tenant_id = @tenant
           and model_id = @model
         order by version
        """;

    private const string NewestStored = """
        select p.version
          from reg_model m
          join reg_package p on p.tenant_id = m.tenant_id and p.model_id = m.model_id
         where m.tenant_id = @tenant
           and m.name = @name
           and p.state = 'stored'
           and p.folder = @folder || '/v' || p.version
         order by p.version desc
         limit 1
        """;

    private const string InsertFolder = """
        insert into reg_folder (tenant_id, folder, model_id, version)
        values (@tenant, @folder, @model, @version)
            on conflict do nothing
        """;

    private const string FindOwner = """
        select model_id, version
          from reg_folder
         where tenant_id = @tenant
           and folder = @folder
        """;

    private const string ListFolders = """
        select folder
          from reg_folder
         where tenant_id = @tenant
           and model_id = @model
           and version = @version
         order by folder
        """;

    private const string RemoveFolder = """
        delete from reg_folder
         where tenant_id = @tenant
           and folder = @folder
           and model_id = @model
           and version = @version
        """;

    /// <summary>The package of a version; null when it has not been read yet.</summary>
    public static async ValueTask<ModelPackage?> FindAsync(DbSession session, WorkspaceId workspace, ModelVersion version)
    {
        using var statement = Of(session.Sql(FindPackage), workspace, version.ModelId, version.Version);
        ModelPackage? package = null;
        var files = await statement.ListAsync(row =>
        {
            package ??= new(
                version.Name, version.Version, row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), version.StorageUri,
                row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetInt64(6),
                PackageDocument.FromJson(row.GetString(5)), []);
            return row.IsDBNull(7) ? null : new PackageFile(row.GetString(7), row.GetInt64(8), row.GetString(9));
        });
        return package is null ? null : package with { Files = [.. files.OfType<PackageFile>()] };
    }

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, string model, ModelPackage package)
    {
        using var statement = Of(session.Sql(UpsertPackage), workspace, model, package.Version)
            .Set("state", package.State).Set("problem", package.Problem).Set("folder", package.Folder).Set("size", package.Size)
            .Set("sha256", package.Sha256).Set("document", package.Document.ToJson()).Set("at", package.ReadAt);
        await statement.ExecuteAsync();
        await RunAsync(session, RemoveFiles, workspace, model, package.Version);
        using var files = Of(session.Sql(InsertFiles), workspace, model, package.Version);
        await files.ExecuteRowsAsync(new SqlRows(package.Files.Count)
            .Text("path", package.Files, static f => f.Path).Whole("size", package.Files, static f => f.Size).Text("sha256", package.Files, static f => f.Sha256));
    }

    public static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        await RunAsync(session, RemoveFiles, workspace, model, version);
        await RunAsync(session, RemovePackage, workspace, model, version);
    }

    /// <summary>Numbers of the versions of a model whose packages were read.</summary>
    public static async ValueTask<List<long>> ListVersionsAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var statement = session.Sql(ListVersions).Set("tenant", workspace.Value).Set("model", model);
        return await statement.ListAsync(static row => row.GetInt64(0));
    }

    /// <summary>The highest version that lies below a model's folder; null when there is none.</summary>
    public static async ValueTask<long?> NewestStoredAsync(DbSession session, WorkspaceId workspace, string name, string folder)
    {
        using var statement = session.Sql(NewestStored).Set("tenant", workspace.Value).Set("name", name).Set("folder", folder);
        return await statement.LongAsync();
    }

    /// <summary>Takes a folder for a version; false when it is another's.</summary>
    public static async ValueTask<bool> ClaimAsync(DbSession session, WorkspaceId workspace, string folder, string model, long version)
    {
        using var insert = Of(session.Sql(InsertFolder), workspace, model, version).Set("folder", folder);
        if (await insert.ExecuteAsync() == 1)
            return true;
        using var find = session.Sql(FindOwner).Set("tenant", workspace.Value).Set("folder", folder);
        return await find.FindAsync(static row => (row.GetString(0), row.GetInt64(1))) == (model, version);
    }

    public static async ValueTask<List<string>> ListFoldersAsync(DbSession session, WorkspaceId workspace, string model, long version)
    {
        using var statement = Of(session.Sql(ListFolders), workspace, model, version);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    public static async ValueTask ReleaseAsync(DbSession session, WorkspaceId workspace, string folder, string model, long version)
    {
        using var statement = Of(session.Sql(RemoveFolder), workspace, model, version).Set("folder", folder);
        await statement.ExecuteAsync();
    }

    private static async ValueTask RunAsync(DbSession session, string sql, WorkspaceId workspace, string model, long version)
    {
        using var statement = Of(session.Sql(sql), workspace, model, version);
        await statement.ExecuteAsync();
    }

    private static DbStatement Of(DbStatement statement, WorkspaceId workspace, string model, long version) =>
        statement.Set("tenant", workspace.Value).Set("model", model).Set("version", version);
}
