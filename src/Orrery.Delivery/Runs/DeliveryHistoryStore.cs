using System.Text.Json;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <see cref="DeliveryHistory"/>.</summary>
internal static class DeliveryHistoryStore
{
    private const int Most = 1000;

    private const string WasBroughtSql = """
        select 1
          from dlv_delivery
         where tenant_id = @tenant and environment = @environment and deployed_at is not null and model {in models}
         limit 1
        """;

    // Replaced: users have had another version there since, which was not taken back.
    private const string ListSql = """
        select d.environment, d.name, d.plan, d.state, d.deployed_at,
               (select count(*)
                  from dlv_delivery n
                 where n.tenant_id = d.tenant_id and n.environment = d.environment and n.name = d.name and n.delivery_id > d.delivery_id
                   and n.deployed_at is not null and n.rolled_back_at is null and n.state <> 'failed'
                   and (n.model <> d.model or n.version <> d.version)) as replaced
          from dlv_delivery d
         where d.tenant_id = @tenant and d.model = @model and d.environment <> 'production' and d.deployed_at is not null
         order by d.delivery_id desc
         limit @limit
        """;

    public static async ValueTask<bool> WasBroughtAsync(DbSession session, WorkspaceId workspace, string environment, IReadOnlySet<string> models)
    {
        using var sql = session.Sql(WasBroughtSql).Set("tenant", workspace.Value).Set("environment", environment).SetList("models", [.. models]);
        return await sql.LongAsync() is not null;
    }

    /// <summary>Deliveries of a model that users had in an environment that is not production, newest first.</summary>
    public static async ValueTask<List<FormerDelivery>> ListAsync(DbSession session, WorkspaceId workspace, string model)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("model", model).Set("limit", (long?)Most);
        return await sql.ListAsync(static row => new FormerDelivery(
            row.GetString(0), row.GetString(1), JsonSerializer.Deserialize(row.GetString(2), DeliveryJson.Default.DeliveryPlan)!, row.GetString(3), row.GetInt64(4), row.GetInt64(5) > 0));
    }
}

/// <summary>What became of a delivery.</summary>
internal sealed record FormerDelivery(string Environment, string Name, DeliveryPlan Plan, string State, long DeployedAt, bool IsReplaced);
