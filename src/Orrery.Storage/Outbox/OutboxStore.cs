using System.Data.Common;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Tables <c>sys_outbox</c> and <c>sys_delivery</c>.</summary>
internal static class OutboxStore
{
    private const string EventColumns = "e.tenant_id, e.workspace, e.created_by, e.event_id, e.name, e.payload, e.created_at, e.order_key, e.principal_id";

    private const string InsertEvent = """
        insert into sys_outbox (tenant_id, event_id, order_key, name, payload, workspace, created_by, created_at, dispatched, principal_id)
        values (@tenant, @id, @order, @name, @payload, @workspace, @by, @at, 0, @principal)
        """;

    private const string ListNew = $"""
        select {EventColumns}
          from sys_outbox e
         where e.dispatched = 0
         order by e.order_key, e.event_id
         limit @limit
        """;

    private const string AddDeliveries = """
        insert into sys_delivery (tenant_id, event_id, handler, order_key, state, attempts, due_at)
        select tenant, id, handler, order_key, 'pending', 0, due
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string MarkDispatched = """
        update sys_outbox
           set dispatched = 1
          from {rows}
         where tenant_id = tenant and event_id = id and dispatched = 0
        """;

    private const string ListDue = $"""
        select {EventColumns}, d.attempts
          from sys_delivery d
          join sys_outbox e on e.tenant_id = d.tenant_id and e.event_id = d.event_id
         where d.handler = @handler and d.state = 'pending' and d.due_at <= @now
         order by d.due_at, d.order_key, d.event_id
         limit @limit
        """;

    private const string NextDue = """
        select min(due_at)
          from sys_delivery
         where handler = @handler and state = 'pending'
        """;

    private const string Settle = """
        update sys_delivery
           set state = new_state, attempts = new_attempts, due_at = new_due, error = new_error
          from {rows}
         where tenant_id = tenant and event_id = id and handler = name and state = 'pending'
        """;

    private const string HandleOnce = """
        insert into sys_delivery (tenant_id, event_id, handler, order_key, state, attempts, due_at)
        values (@tenant, @id, @handler, @order, 'done', 0, @order / 1000)
            on conflict (tenant_id, event_id, handler) do update
           set state = 'done'
         where sys_delivery.state <> 'done'
        """;

    private const string ListParked = $"""
        select {EventColumns}, d.attempts, d.handler, d.error
          from sys_delivery d
          join sys_outbox e on e.tenant_id = d.tenant_id and e.event_id = d.event_id
         where d.tenant_id = @tenant and d.state = 'parked'
         order by d.tenant_id, d.event_id, d.handler
         limit @limit
        """;

    private const string CountParked = """
        select count(*)
          from sys_delivery
         where state = 'parked'
        """;

    private const string Unpark = """
        update sys_delivery
           set state = 'pending', attempts = 0, due_at = @now
         where tenant_id = @tenant and event_id = @id and handler = @handler and state = 'parked'
        """;

    private const string Drop = """
        update sys_delivery
           set state = 'done'
         where tenant_id = @tenant and event_id = @id and handler = @handler and state = 'parked'
        """;

    private const string ListOld = """
        select e.tenant_id, e.event_id
          from sys_outbox e
         where e.dispatched = 1 and e.created_at < @before
           and not exists (
               select 1
                 from sys_delivery d
                where d.tenant_id = e.tenant_id and d.event_id = e.event_id and d.state <> 'done')
         order by e.created_at
         limit @limit
        """;

    private const string DeleteDeliveries = """
        delete from sys_delivery
         where (tenant_id, event_id) in (select tenant, id from {rows})
        """;

    private const string DeleteEvents = """
        delete from sys_outbox
         where (tenant_id, event_id) in (select tenant, id from {rows})
        """;

    public static void Insert(DbSession session, OutboxEvent e)
    {
        using var statement = session.Sql(InsertEvent)
            .Set("tenant", e.Actor.Workspace.Value).Set("id", Id(e.Id)).Set("order", e.OrderKey).Set("name", e.Name).Set("payload", e.Payload)
            .Set("workspace", e.Actor.WorkspaceName).Set("by", e.Actor.Name).Set("at", e.At.ToUnixTimeMilliseconds())
            .Set("principal", e.Actor.Origin.PrincipalId);
        statement.ExecuteWithCommit();
    }

    /// <summary>Events for which nobody has decided yet who gets them. Not a high-water mark: one that commits late is found too.</summary>
    public static async ValueTask<List<OutboxEvent>> ListNewAsync(DbSession session, int limit)
    {
        using var statement = session.Sql(ListNew).Set("limit", limit);
        return await statement.ListAsync(Read);
    }

    /// <summary>Records who gets which event. Harmless when another server has done so.</summary>
    public static async ValueTask DispatchAsync(
        DbSession session, IReadOnlyList<OutboxEvent> events, IReadOnlyList<(OutboxEvent Event, string Handler)> deliveries, long now)
    {
        using var add = session.Sql(AddDeliveries);
        await add.ExecuteRowsAsync(new SqlRows(deliveries.Count)
            .Whole("tenant", deliveries, static d => d.Event.Actor.Workspace.Value).Text("id", deliveries, static d => Id(d.Event.Id))
            .Text("handler", deliveries, static d => d.Handler).Whole("order_key", deliveries, static d => d.Event.OrderKey)
            .Whole("due", deliveries, _ => now));
        using var mark = session.Sql(MarkDispatched);
        await mark.ExecuteRowsAsync(Keys(events));
    }

    public static async ValueTask<List<Delivery>> ListDueAsync(DbSession session, string handler, long now, int limit)
    {
        using var statement = session.Sql(ListDue).Set("handler", handler).Set("now", now).Set("limit", limit);
        return await statement.ListAsync(static row => new Delivery(Read(row), row.GetInt32(9)));
    }

    /// <summary>When the handler's next delivery is due; null when it has none.</summary>
    public static async ValueTask<long?> NextDueAsync(DbSession session, string handler)
    {
        using var statement = session.Sql(NextDue).Set("handler", handler);
        return await statement.LongAsync();
    }

    /// <summary>Writes how deliveries ended.</summary>
    public static async ValueTask SettleAsync(DbSession session, string handler, IReadOnlyList<DeliveryEnd> ends)
    {
        using var statement = session.Sql(Settle);
        await statement.ExecuteRowsAsync(new SqlRows(ends.Count)
            .Whole("tenant", ends, static d => d.Event.Actor.Workspace.Value).Text("id", ends, static d => Id(d.Event.Id)).Text("name", ends, _ => handler)
            .Text("new_state", ends, static d => d.State).Whole("new_attempts", ends, static d => d.Attempts)
            .Whole("new_due", ends, static d => d.DueAt).Text("new_error", ends, static d => d.Error));
    }

    public static async ValueTask<bool> HandleOnceAsync(DbSession session, string handler, OutboxEvent e)
    {
        using var statement = session.Sql(HandleOnce)
            .Set("tenant", e.Actor.Workspace.Value).Set("id", Id(e.Id)).Set("handler", handler).Set("order", e.OrderKey);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<List<ParkedEvent>> ListParkedAsync(DbSession session, Actor actor, int limit)
    {
        using var statement = session.Sql(ListParked).Set("tenant", actor.Workspace.Value).Set("limit", limit);
        return await statement.ListAsync(static row => new ParkedEvent(row.GetString(10), Read(row), row.GetInt32(9), row.IsDBNull(11) ? "" : row.GetString(11)));
    }

    public static async ValueTask<long> CountParkedAsync(DbSession session)
    {
        using var statement = session.Sql(CountParked);
        return await statement.LongAsync() ?? 0;
    }

    public static async ValueTask<bool> UnparkAsync(DbSession session, Actor actor, string handler, Guid eventId, long now)
    {
        using var statement = session.Sql(Unpark)
            .Set("now", now).Set("tenant", actor.Workspace.Value).Set("id", Id(eventId)).Set("handler", handler);
        return await statement.ExecuteAsync() == 1;
    }

    public static async ValueTask<bool> DropAsync(DbSession session, Actor actor, string handler, Guid eventId)
    {
        using var statement = session.Sql(Drop).Set("tenant", actor.Workspace.Value).Set("id", Id(eventId)).Set("handler", handler);
        return await statement.ExecuteAsync() == 1;
    }

    /// <summary>Deletes handled events from before <paramref name="before"/>, at most <paramref name="limit"/>.</summary>
    public static async ValueTask<int> PruneAsync(DbSession session, long before, int limit)
    {
        using var list = session.Sql(ListOld).Set("before", before).Set("limit", limit);
        var old = await list.ListAsync(static row => (Tenant: row.GetInt64(0), Id: row.GetString(1)));
        using var deliveries = session.Sql(DeleteDeliveries);
        await deliveries.ExecuteRowsAsync(Rows());
        using var events = session.Sql(DeleteEvents);
        return await events.ExecuteRowsAsync(Rows());

        SqlRows Rows() => new SqlRows(old.Count).Whole("tenant", old, static o => o.Tenant).Text("id", old, static o => o.Id);
    }

    private static SqlRows Keys(IReadOnlyList<OutboxEvent> events) => new SqlRows(events.Count)
        .Whole("tenant", events, static e => e.Actor.Workspace.Value).Text("id", events, static e => Id(e.Id));

    private static string Id(Guid id) => id.ToString("N");

    private static OutboxEvent Read(DbDataReader row) => new(
        Id: Guid.ParseExact(row.GetString(3), "N"),
        Actor: new Actor(new WorkspaceId(row.GetInt64(0)), row.GetString(1), row.GetString(2)) { Origin = Origin.Job(row.IsDBNull(8) ? null : row.GetString(8)) },
        Name: row.GetString(4),
        Payload: row.GetString(5),
        At: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)))
    {
        OrderKey = row.GetInt64(7),
    };
}
