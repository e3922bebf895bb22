using System.Data.Common;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_signal</c> and <c>dlv_bad</c>.</summary>
internal static class SignalStore
{
    private const string InsertSql = """
        insert into dlv_signal (tenant_id, environment, name, node, model, version, at, requests, failed, unanswered, p95_ms, is_ready)
        select rows.tenant, rows.environment, rows.name, @node, rows.model, rows.version, @at, rows.requests, rows.failed, rows.unanswered, rows.p95, rows.ready
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string ListSql = """
        select at, node, requests, failed, unanswered, p95_ms, is_ready
          from dlv_signal
         where tenant_id = @tenant and environment = @environment and name = @name and model = @model and version = @version and at > @since
         order by at, node
        """;

    private const string WatchedSql = """
        select s.at, s.node, s.requests, s.failed, s.unanswered, s.p95_ms, s.is_ready, d.tenant_id, d.delivery_id
          from dlv_delivery d
          join dlv_signal s
            on s.tenant_id = d.tenant_id and s.environment = d.environment and s.name = d.name and s.model = d.model and s.version = d.version and s.at > @since
         where d.watch_until is not null
           and (d.tenant_id > @first_tenant or (d.tenant_id = @first_tenant and d.delivery_id >= @first))
           and (d.tenant_id < @last_tenant or (d.tenant_id = @last_tenant and d.delivery_id <= @last))
         order by d.tenant_id, d.delivery_id, s.at, s.node
        """;

    private const string BeforeSql = """
        select sum(requests), sum(p95_ms * requests) / sum(requests)
          from dlv_signal
         where tenant_id = @tenant and environment = @environment and name = @name and at > @since and at <= @until and requests > 0 and p95_ms is not null
           and not (model = @model and version = @version)
        """;

    private const string ForgetSql = "delete from dlv_signal where at < @before";

    private const string MarkSql = """
        insert into dlv_bad (tenant_id, environment, name, model, version, delivery_id, reason, at)
        values (@tenant, @environment, @name, @model, @version, @id, @reason, @at)
            on conflict (tenant_id, environment, name, model, version) do update
           set delivery_id = excluded.delivery_id, reason = excluded.reason, at = excluded.at
        """;

    private const string ListBadSql = """
        select model, version
          from dlv_bad
         where tenant_id = @tenant and environment = @environment and name = @name
         order by model, version
        """;

    private const string UnmarkSql = "delete from dlv_bad where tenant_id = @tenant and environment = @environment and name = @name and model = @model and version = @version";

    /// <summary>Writes what this server saw; one statement.</summary>
    public static async ValueTask InsertAsync(DbSession session, string node, long at, IReadOnlyList<ServingSignal> seen)
    {
        using var sql = session.Sql(InsertSql).Set("node", node).Set("at", (long?)at);
        await sql.ExecuteRowsAsync(new SqlRows(seen.Count)
            .Whole("tenant", seen, static one => one.Workspace.Value).Text("environment", seen, static one => one.Environment).Text("name", seen, static one => one.Deployment)
            .Text("model", seen, static one => one.Model).Text("version", seen, static one => one.Version).Whole("requests", seen, static one => one.Requests)
            .Whole("failed", seen, static one => one.Failed).Whole("unanswered", seen, static one => one.Unanswered).Number("p95", [.. seen.Select(static one => one.P95Ms)])
            .Whole("ready", seen, static one => one.IsReady ? 1 : 0));
    }

    public static async ValueTask<List<SignalRow>> ListAsync(DbSession session, WorkspaceId workspace, DeliveryRow of, long since)
    {
        using var sql = Place(session.Sql(ListSql), workspace, of).Set("since", (long?)since);
        return await sql.ListAsync(Read);
    }

    /// <summary>Signals of the watched deliveries from one to another, of all workspaces.</summary>
    public static async ValueTask<ILookup<(long Workspace, string Delivery), SignalRow>> WatchedAsync(DbSession session, (long Workspace, string Id) first, (long Workspace, string Id) last, long since)
    {
        using var sql = session.Sql(WatchedSql).Set("first_tenant", first.Workspace).Set("first", first.Id).Set("last_tenant", last.Workspace).Set("last", last.Id).Set("since", (long?)since);
        return (await sql.ListAsync(static row => (Key: (row.GetInt64(7), row.GetString(8)), Signal: Read(row)))).ToLookup(static one => one.Key, static one => one.Signal);
    }

    /// <summary>How many requests other versions of the deployment had in a time, and their p95.</summary>
    public static async ValueTask<(long Requests, double? P95Ms)> BeforeAsync(DbSession session, WorkspaceId workspace, DeliveryRow of, long since, long until)
    {
        using var sql = Place(session.Sql(BeforeSql), workspace, of).Set("since", (long?)since).Set("until", (long?)until);
        var found = await sql.ListAsync(static row => (row.IsDBNull(0) ? 0 : Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), row.IsDBNull(1) ? (double?)null : row.GetDouble(1)));
        return found[0];
    }

    public static async ValueTask ForgetAsync(DbSession session, long before)
    {
        using var sql = session.Sql(ForgetSql).Set("before", (long?)before);
        await sql.ExecuteAsync();
    }

    /// <summary>Notes that a version was taken back from a deployment.</summary>
    public static async ValueTask MarkBadAsync(DbSession session, WorkspaceId workspace, DeliveryRow of, string reason, long at)
    {
        using var sql = Place(session.Sql(MarkSql), workspace, of).Set("id", of.Id).Set("reason", reason).Set("at", (long?)at);
        await sql.ExecuteAsync();
    }

    /// <summary>Versions that were taken back from a deployment.</summary>
    public static async ValueTask<HashSet<(string Model, string Version)>> ListBadAsync(DbSession session, WorkspaceId workspace, string environment, string name)
    {
        using var sql = session.Sql(ListBadSql).Set("tenant", workspace.Value).Set("environment", environment).Set("name", name);
        return [.. await sql.ListAsync(static row => (row.GetString(0), row.GetString(1)))];
    }

    /// <summary>A version that somebody delivers anew on purpose is not bad any more.</summary>
    public static async ValueTask UnmarkAsync(DbSession session, WorkspaceId workspace, DeliveryRow of)
    {
        using var sql = Place(session.Sql(UnmarkSql), workspace, of);
        await sql.ExecuteAsync();
    }

    private static DbStatement Place(DbStatement sql, WorkspaceId workspace, DeliveryRow of) => sql.Set("tenant", workspace.Value).Set("environment", of.Environment).Set("name", of.Name)
        .Set("model", of.Spec.Model).Set("version", of.Spec.Version);

    private static SignalRow Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetDouble(5), row.GetInt64(6) != 0);
}
