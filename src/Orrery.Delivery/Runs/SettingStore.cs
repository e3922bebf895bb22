using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_setting</c>.</summary>
internal static class SettingStore
{
    private const string PutSql = """
        insert into dlv_setting (tenant_id, environment, document, webhooks, updated_by, updated_at)
        values (@tenant, @environment, @document, @webhooks, @by, @at)
            on conflict (tenant_id, environment) do update
           set document = excluded.document, webhooks = excluded.webhooks, updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;

    private const string ListSql = """
        select environment, document, webhooks
          from dlv_setting
         where tenant_id = @tenant and (environment = @environment or environment = '*')
         order by environment
        """;

    private const string AllSql = """
        select tenant_id, environment, document
          from dlv_setting
         where tenant_id {in tenants}
         order by tenant_id, environment
        """;

    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, string environment, DeliverySettings settings, byte[]? webhooks, string by, long at)
    {
        using var sql = session.Sql(PutSql).Set("tenant", workspace.Value).Set("environment", environment)
            .Set("document", JsonSerializer.Serialize(settings, OrreryJson.TypeOf<DeliverySettings>())).Set("webhooks", webhooks).Set("by", by).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }

    /// <summary>Those of some workspaces, without webhooks.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, string Environment, DeliverySettings Settings)>> AllAsync(DbSession session, IReadOnlyCollection<long> workspaces)
    {
        using var sql = session.Sql(AllSql).SetList("tenants", workspaces);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(0)), row.GetString(1), JsonSerializer.Deserialize(row.GetString(2), OrreryJson.TypeOf<DeliverySettings>())!));
    }

    /// <summary>Those of an environment and those of all, the latter first.</summary>
    public static async ValueTask<List<(string Environment, DeliverySettings Settings, byte[]? Webhooks)>> ListAsync(DbSession session, WorkspaceId workspace, string environment)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("environment", environment);
        return await sql.ListAsync(static row => (
            row.GetString(0), JsonSerializer.Deserialize(row.GetString(1), OrreryJson.TypeOf<DeliverySettings>())!, row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2)));
    }
}
