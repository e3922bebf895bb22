using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Table <c>sys_secret_key</c>.</summary>
internal static class SecretKeyStore
{
    private const string Insert = """
        insert into sys_secret_key (tenant_id, sealed)
        values (@tenant, @sealed)
            on conflict do nothing
        """;

    private const string Find = """
        select sealed
          from sys_secret_key
         where tenant_id = @tenant
        """;

    public static async ValueTask AddAsync(DbSession session, byte[] box)
    {
        using var statement = session.Sql(Insert).Set("tenant", WorkspaceId.Platform.Value).Set("sealed", box);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<byte[]?> FindAsync(DbSession session)
    {
        using var statement = session.Sql(Find).Set("tenant", WorkspaceId.Platform.Value);
        return await statement.FindAsync(static row => row.GetFieldValue<byte[]>(0));
    }
}
