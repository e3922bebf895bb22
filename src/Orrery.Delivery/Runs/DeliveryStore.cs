using System.Data.Common;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>SQL of <c>dlv_delivery</c>.</summary>
internal static class DeliveryStore
{
    private const string Columns = """
        delivery_id, spec, plan, state, stage, message, cancel_by, job_id, request_key, requested_by, requested_at, started_at, ended_at, deployed_at, rolled_back_at,
               watch_until
        """;

    private const string InsertSql = """
        insert into dlv_delivery (tenant_id, delivery_id, model, version, environment, name, spec, plan, state, is_open, stage, job_id, request_key, requested_by, requested_at)
        values (@tenant, @id, @model, @version, @environment, @name, @spec, @plan, @state, 1, @stage, @job, @request, @by, @at)
        on conflict do nothing
        """;

    private const string UpdateSql = """
        update dlv_delivery
           set plan = @plan, state = @state, is_open = @open, stage = @stage, message = @message, cancel_by = @cancel, job_id = @job, started_at = @started,
               ended_at = @ended, deployed_at = @deployed, rolled_back_at = @rolled, watch_until = @watch
         where tenant_id = @tenant and delivery_id = @id
        """;

    private const string FindSql = $"select {Columns} from dlv_delivery where tenant_id = @tenant and delivery_id = @id";

    private const string LockSql = FindSql + "\n {for update}";

    private const string FindOpenSql = $"""
        select {Columns}
          from dlv_delivery
         where tenant_id = @tenant and environment = @environment and name = @name and model = @model and version = @version and is_open = 1
        """;

    private const string FindRequestSql = $"select {Columns} from dlv_delivery where tenant_id = @tenant and request_key = @request";

    private const string ListSql = $"""
        select {Columns}
          from dlv_delivery
         where tenant_id = @tenant and delivery_id < @before
           and (@model is null or model = @model)
           and (@version is null or version = @version)
           and (@environment is null or environment = @environment)
           and (@name is null or name = @name)
           and (@state is null or state = @state)
         order by delivery_id desc
         limit @limit
        """;

    private const string SinceSql = $"""
        select {Columns}
          from dlv_delivery
         where tenant_id = @tenant
           and ((requested_at >= @since and requested_at < @until) or (deployed_at >= @since and deployed_at < @until))
           and (@model is null or model = @model)
           and (@environment is null or environment = @environment)
         order by delivery_id
         limit @limit
        """;

    private const string OpenSql = $"""
        select {Columns}, tenant_id
          from dlv_delivery
         where is_open = 1 and (tenant_id > @tenant or (tenant_id = @tenant and delivery_id > @after))
         order by tenant_id, delivery_id
         limit @limit
        """;

    private const string WatchedSql = $"""
        select {Columns}, tenant_id
          from dlv_delivery
         where watch_until is not null and (tenant_id > @tenant or (tenant_id = @tenant and delivery_id > @after))
         order by tenant_id, delivery_id
         limit @limit
        """;

    private const string BuiltSql = "update dlv_delivery set built = @built where tenant_id = @tenant and delivery_id = @id";

    private const string FindBuiltSql = "select built from dlv_delivery where tenant_id = @tenant and delivery_id = @id and built is not null";

    // The newest of a deployment that stood, before one, whose version was not taken back.
    private const string FormerSql = $"""
        select {Columns}
          from dlv_delivery d
         where tenant_id = @tenant and environment = @environment and name = @name and delivery_id < @before and state = 'succeeded'
           and not exists (
               select 1
                 from dlv_bad b
                where b.tenant_id = d.tenant_id and b.environment = d.environment and b.name = d.name and b.model = d.model and b.version = d.version)
         order by delivery_id desc
         limit 1
        """;

    /// <summary>False when an unfinished one of the version to the deployment, or one of the same request, is there already.</summary>
    public static async ValueTask<bool> InsertAsync(DbSession session, WorkspaceId workspace, DeliveryRow row)
    {
        using var sql = session.Sql(InsertSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("model", row.Spec.Model).Set("version", row.Spec.Version)
            .Set("environment", row.Environment).Set("name", row.Name).Set("spec", JsonSerializer.Serialize(row.Spec, OrreryJson.TypeOf<StartDelivery>()))
            .Set("plan", JsonSerializer.Serialize(row.Plan, DeliveryJson.Default.DeliveryPlan)).Set("state", row.State).Set("stage", row.Stage).Set("job", row.JobId)
            .Set("request", row.RequestKey).Set("by", row.RequestedBy).Set("at", (long?)row.RequestedAt);
        return await sql.ExecuteAsync() == 1;
    }

    public static async ValueTask UpdateAsync(DbSession session, WorkspaceId workspace, DeliveryRow row)
    {
        using var sql = session.Sql(UpdateSql).Set("tenant", workspace.Value).Set("id", row.Id).Set("plan", JsonSerializer.Serialize(row.Plan, DeliveryJson.Default.DeliveryPlan))
            .Set("state", row.State).Set("open", row.IsOpen ? 1L : 0L).Set("stage", row.Stage).Set("message", row.Message).Set("cancel", row.CancelBy).Set("job", row.JobId)
            .Set("started", row.StartedAt).Set("ended", row.EndedAt).Set("deployed", row.DeployedAt).Set("rolled", row.RolledBackAt).Set("watch", row.WatchUntil);
        await sql.ExecuteAsync();
    }

    public static async ValueTask<DeliveryRow?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<DeliveryRow?> LockAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(LockSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<DeliveryRow?> FindOpenAsync(DbSession session, WorkspaceId workspace, StartDelivery spec)
    {
        using var sql = session.Sql(FindOpenSql).Set("tenant", workspace.Value).Set("environment", spec.Environment).Set("name", spec.Name).Set("model", spec.Model).Set("version", spec.Version);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<DeliveryRow?> FindRequestAsync(DbSession session, WorkspaceId workspace, string key)
    {
        using var sql = session.Sql(FindRequestSql).Set("tenant", workspace.Value).Set("request", key);
        return await sql.FindAsync(Read);
    }

    public static async ValueTask<List<DeliveryRow>> ListAsync(DbSession session, WorkspaceId workspace, DeliveryFilter filter, string before, int limit)
    {
        using var sql = session.Sql(ListSql).Set("tenant", workspace.Value).Set("before", before).Set("model", filter.Model).Set("version", filter.Version)
            .Set("environment", filter.Environment).Set("name", filter.Name).Set("state", filter.State).Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those that were asked for in a time, and those that users had first in it.</summary>
    public static async ValueTask<List<DeliveryRow>> SinceAsync(DbSession session, WorkspaceId workspace, long since, long until, string? model, string? environment, int limit)
    {
        using var sql = session.Sql(SinceSql).Set("tenant", workspace.Value).Set("since", (long?)since).Set("until", (long?)until).Set("model", model).Set("environment", environment)
            .Set("limit", (long?)limit);
        return await sql.ListAsync(Read);
    }

    /// <summary>Those of all workspaces that have not ended, after one.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, DeliveryRow Row)>> OpenAsync(DbSession session, (long Workspace, string Id) after, int limit)
    {
        using var sql = session.Sql(OpenSql).Set("tenant", after.Workspace).Set("after", after.Id).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(16)), Read(row)));
    }

    /// <summary>Those of all workspaces whose signals are looked at, after one.</summary>
    public static async ValueTask<List<(WorkspaceId Workspace, DeliveryRow Row)>> WatchedAsync(DbSession session, (long Workspace, string Id) after, int limit)
    {
        using var sql = session.Sql(WatchedSql).Set("tenant", after.Workspace).Set("after", after.Id).Set("limit", (long?)limit);
        return await sql.ListAsync(static row => (new WorkspaceId(row.GetInt64(16)), Read(row)));
    }

    public static async ValueTask SetBuiltAsync(DbSession session, WorkspaceId workspace, string id, BuiltRelease built)
    {
        using var sql = session.Sql(BuiltSql).Set("tenant", workspace.Value).Set("id", id).Set("built", JsonSerializer.Serialize(built, DeliveryJson.Default.BuiltRelease));
        await sql.ExecuteAsync();
    }

    public static async ValueTask<BuiltRelease?> FindBuiltAsync(DbSession session, WorkspaceId workspace, string id)
    {
        using var sql = session.Sql(FindBuiltSql).Set("tenant", workspace.Value).Set("id", id);
        return await sql.FindAsync(static row => JsonSerializer.Deserialize(row.GetString(0), DeliveryJson.Default.BuiltRelease));
    }

    public static async ValueTask<DeliveryRow?> FindFormerAsync(DbSession session, WorkspaceId workspace, DeliveryRow of)
    {
        using var sql = session.Sql(FormerSql).Set("tenant", workspace.Value).Set("environment", of.Environment).Set("name", of.Name).Set("before", of.Id);
        return await sql.FindAsync(Read);
    }

    private static DeliveryRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Spec = JsonSerializer.Deserialize(row.GetString(1), OrreryJson.TypeOf<StartDelivery>())!,
        Plan = JsonSerializer.Deserialize(row.GetString(2), DeliveryJson.Default.DeliveryPlan)!,
        State = row.GetString(3),
        Stage = row.GetString(4),
        Message = Text(row, 5),
        CancelBy = Text(row, 6),
        JobId = row.GetString(7),
        RequestKey = Text(row, 8),
        RequestedBy = row.GetString(9),
        RequestedAt = row.GetInt64(10),
        StartedAt = Number(row, 11),
        EndedAt = Number(row, 12),
        DeployedAt = Number(row, 13),
        RolledBackAt = Number(row, 14),
        WatchUntil = Number(row, 15),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

/// <summary>Which deliveries are listed; null for any.</summary>
internal sealed record DeliveryFilter(string? Model, string? Version, string? Environment, string? Name, string? State);
