using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of packages in a workspace that moves.</summary>
internal static class PackageMoveStore
{
    private const string Blobs = """
        select f.model_id, f.version, f.path, p.folder, f.size, f.sha256
          from reg_package_file f
          join reg_package p on p.tenant_id = f.tenant_id and p.model_id = f.model_id and p.version = f.version
         where f.tenant_id = @tenant
           and (f.model_id, f.version, f.path) > (@model, @version, @path)
           and p.folder is not null
         order by f.model_id, f.version, f.path
         limit @limit
        """;

    private const string Unfinished = """
        select v.model_id, m.name, v.version
          from reg_version v
          join reg_model m on m.tenant_id = v.tenant_id and m.model_id = v.model_id
          left join reg_package p on p.tenant_id = v.tenant_id and p.model_id = v.model_id and p.version = v.version
         where v.tenant_id = @tenant
           and not exists (
               select 1
                 from reg_model_tag t
                where t.tenant_id = v.tenant_id and t.model_id = v.model_id and t.key = 'mlflow.prompt.is_prompt')
           and (p.version is null
            or v.version = (
               select max(n.version)
                 from reg_package n
                where n.tenant_id = v.tenant_id and n.model_id = v.model_id and n.state = 'stored'))
         order by v.model_id, v.version
        """;

    /// <summary>The next files of packages that are kept, in the order of their key.</summary>
    public static async ValueTask<List<(string ModelId, long Version, string Path, string Folder, long Size, string Sha256)>> BlobsAsync(
        DbSession session, WorkspaceId workspace, string model, long version, string path, int limit)
    {
        using var statement = session.Sql(Blobs)
            .Set("tenant", workspace.Value).Set("model", model).Set("version", version).Set("path", path).Set("limit", limit);
        return await statement.ListAsync(static row =>
            (row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5)));
    }

    /// <summary>Versions whose packages were not read yet, and of each model the newest that is kept.</summary>
    public static async ValueTask<List<(string ModelId, string Name, long Version)>> UnfinishedAsync(DbSession session, WorkspaceId workspace)
    {
        using var statement = session.Sql(Unfinished).Set("tenant", workspace.Value);
        return await statement.ListAsync(static row => (row.GetString(0), row.GetString(1), row.GetInt64(2)));
    }
}
