using System.Data.Common;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>A role of a workspace's own.</summary>
internal sealed record CustomRole(string Name, string Description, IReadOnlyList<string> Permissions);

/// <summary>Table <c>ten_role</c>.</summary>
internal static class RoleStore
{
    private const string List = """
        select name, description, permissions
          from ten_role
         where tenant_id = @tenant
         order by name
        """;

    private const string Put = """
        insert into ten_role (tenant_id, name, description, permissions, updated_at)
        values (@tenant, @name, @description, @permissions, @at)
            on conflict (tenant_id, name) do update
           set description = excluded.description, permissions = excluded.permissions, updated_at = excluded.updated_at
        """;

    private const string Delete = """
        delete from ten_role
         where tenant_id = @tenant and name = @name
        """;

    public static async ValueTask<List<CustomRole>> ListAsync(DbSession session, long tenant)
    {
        using var statement = session.Sql(List).Set("tenant", tenant);
        return await statement.ListAsync(Read);
    }

    public static async ValueTask PutAsync(DbSession session, long tenant, CustomRole role, long at)
    {
        using var statement = session.Sql(Put)
            .Set("tenant", tenant).Set("name", role.Name).Set("description", role.Description)
            .Set("permissions", string.Join(' ', role.Permissions)).Set("at", at);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<bool> DeleteAsync(DbSession session, long tenant, string name)
    {
        using var statement = session.Sql(Delete).Set("tenant", tenant).Set("name", name);
        return await statement.ExecuteAsync() == 1;
    }

    private static CustomRole Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
