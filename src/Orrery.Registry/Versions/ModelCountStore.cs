using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL over all models of a workspace at once.</summary>
internal static class ModelCountStore
{
    private const string ListSql = """
        select m.name, m.created_by, m.created_at, count(v.version), coalesce(max(v.version), 0), max(v.created_at),
               coalesce(sum(case when p.sha256 is null then 0 else 1 end), 0),
               max(case when v.stage = 'Production' then v.version end)
          from reg_model m
          left join reg_version v on v.tenant_id = m.tenant_id and v.model_id = m.model_id
          left join reg_package p on p.tenant_id = v.tenant_id and p.model_id = v.model_id and p.version = v.version
         where m.tenant_id = @tenant
         group by m.tenant_id, m.model_id, m.name, m.created_by, m.created_at
         order by m.name
         limit @limit
        """;

    private const string HashesSql = """
        select m.name, p.version, p.sha256, p.read_at
          from reg_package p
          join reg_model m on m.tenant_id = p.tenant_id and m.model_id = p.model_id
         where p.tenant_id = @tenant and p.sha256 is not null
         order by p.read_at desc, m.name, p.version
         limit @limit
        """;

    public static async ValueTask<List<ModelCount>> ListAsync(DbSession session, WorkspaceId workspace, int most)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("limit", (long?)most);
        return await sql.ListAsync(static row => new ModelCount(
            row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetInt64(5), row.GetInt64(6),
            row.IsDBNull(7) ? null : row.GetInt64(7)));
    }

    public static async ValueTask<List<HashedPackage>> HashedAsync(DbSession session, WorkspaceId workspace, int most)
    {
        using var sql = session.Sql(HashesSql).Set("tenant", workspace.Value).Set("limit", (long?)most);
        return await sql.ListAsync(static row => new HashedPackage(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3)));
    }
}
