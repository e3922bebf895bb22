using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_traffic</c>: what models were asked, by the hour, on all servers.</summary>
internal static class TrafficStore
{
    private const string AddSql = """
        insert into dlv_traffic (tenant_id, environment, model, hour, node, requests)
        select rows.tenant, rows.environment, rows.model, @hour, @node, rows.requests
          from {rows}
         where true
            on conflict (tenant_id, environment, model, hour, node) do update
           set requests = dlv_traffic.requests + excluded.requests
        """;

    // Days are counted back from the hour that is not over yet.
    private const string BusiestSql = """
        select max(day.requests)
          from (
                select cast(sum(requests) as bigint) as requests
                  from dlv_traffic
                 where tenant_id = @tenant and environment = @environment and model = @model and hour > @after and hour <= @now
                 group by (@now - hour) / 24) day
        """;

    private const string ForgetSql = "delete from dlv_traffic where hour < @before";

    /// <summary>Adds what this server was asked since it looked before; one statement.</summary>
    public static async ValueTask AddAsync(DbSession session, string node, long hour, IReadOnlyList<ServingSignal> seen)
    {
        var asked = seen.Where(static one => one.Requests > 0).GroupBy(static one => (Workspace: one.Workspace.Value, one.Environment, one.Model))
            .Select(static group => (group.Key, Requests: group.Sum(static one => one.Requests))).ToList();
        if (asked.Count == 0)
            return;
        using var sql = session.Sql(AddSql).Set("hour", (long?)hour).Set("node", node);
        await sql.ExecuteRowsAsync(new SqlRows(asked.Count)
            .Whole("tenant", asked, static one => one.Key.Workspace).Text("environment", asked, static one => one.Key.Environment).Text("model", asked, static one => one.Key.Model)
            .Whole("requests", asked, static one => one.Requests));
    }

    /// <summary>The most that a model was asked in one of the last days, each of 24 hours.</summary>
    public static async ValueTask<long> BusiestAsync(DbSession session, WorkspaceId workspace, string environment, string model, long hour, int days)
    {
        using var sql = session.Sql(BusiestSql).Set("tenant", workspace.Value).Set("environment", environment).Set("model", model).Set("now", (long?)hour).Set("after", (long?)(hour - (days * 24)));
        return await sql.LongAsync() ?? 0;
    }

    public static async ValueTask ForgetAsync(DbSession session, long before)
    {
        using var sql = session.Sql(ForgetSql).Set("before", (long?)before);
        await sql.ExecuteAsync();
    }
}
