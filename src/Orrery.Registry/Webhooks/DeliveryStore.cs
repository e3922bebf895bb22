using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>A delivery that this server makes an attempt at.</summary>
/// <param name="Workspace">Whose.</param>
/// <param name="WebhookId">Who is told.</param>
/// <param name="Id">The same at every attempt.</param>
/// <param name="Body">JSON.</param>
/// <param name="Attempts">Which attempt this is, from 1. Another server that took it over has a higher one.</param>
internal sealed record Delivery(WorkspaceId Workspace, string WebhookId, string Id, string Body, long Attempts);

/// <summary>
/// SQL of <c>reg_delivery</c>. Sending is one duty for all workspaces: the statements that take and prune deliveries name
/// no workspace, and bring it along.
/// </summary>
internal static class DeliveryStore
{
    private const string InsertDeliveries = """
        insert into reg_delivery (tenant_id, webhook_id, delivery_id, entity, action, body, state, attempts, due_at, running, created_at)
        select @tenant, rows.webhook, rows.id, @entity, @action, @body, 'pending', 0, @now, 0, @now
          from {rows}
        """;

    private const string AnyDue = """
        select 1
          from reg_delivery
         where due_at <= @now
         limit 1
        """;

    // One at a time to each webhook, so that a slow one keeps nobody else waiting.
    private const string TakeDue = """
          with due as materialized (
               select d.tenant_id as t, d.webhook_id as w, d.delivery_id as i
                 from reg_delivery d
                where d.due_at <= @now
                  and not exists (
                      select 1
                        from reg_delivery o
                       where o.tenant_id = d.tenant_id
                         and o.webhook_id = d.webhook_id
                         and o.state = 'pending'
                         and o.delivery_id <> d.delivery_id
                         and ((o.running = 1 and o.due_at > @now) or (o.due_at <= @now and o.delivery_id < d.delivery_id)))
                order by d.due_at, d.delivery_id
                limit @limit
                {skip locked})
        update reg_delivery
           set attempts = attempts + 1, running = 1, due_at = @until
          from due
         where tenant_id = t
           and webhook_id = w
           and delivery_id = i
        returning tenant_id, webhook_id, delivery_id, body, attempts
        """;

    private const string EndAttempt = """
        update reg_delivery
           set state = @state, running = 0, due_at = @due, status = @status, error = @error, finished_at = @finished
         where tenant_id = @tenant
           and webhook_id = @webhook
           and delivery_id = @id
           and attempts = @attempts
           and state = 'pending'
        """;

    private const string RemoveOfWebhook = """
        delete from reg_delivery
         where tenant_id = @tenant
           and webhook_id = @webhook
        """;

    private const string PruneFinished = """
        delete from reg_delivery
         where (tenant_id, webhook_id, delivery_id) in (
               select tenant_id, webhook_id, delivery_id
                 from reg_delivery
                where finished_at < @before
                order by finished_at
                limit @limit)
        """;

    public static async ValueTask InsertAsync(
        DbSession session, WorkspaceId workspace, IReadOnlyList<(string Webhook, string Id)> deliveries, WebhookEvent kind, string body, long now)
    {
        using var statement = session.Sql(InsertDeliveries)
            .Set("tenant", workspace.Value).Set("entity", kind.Entity).Set("action", kind.Action).Set("body", body).Set("now", now);
        await statement.ExecuteRowsAsync(new SqlRows(deliveries.Count).Text("webhook", deliveries, static d => d.Webhook).Text("id", deliveries, static d => d.Id));
    }

    public static async ValueTask<bool> AnyDueAsync(DbSession session, long now)
    {
        using var statement = session.Sql(AnyDue).Set("now", now);
        return await statement.LongAsync() is not null;
    }

    /// <summary>Takes deliveries that are due; until <paramref name="until"/> no other server does.</summary>
    public static async ValueTask<List<Delivery>> TakeAsync(DbSession session, long now, long until, int limit)
    {
        using var statement = session.Sql(TakeDue).Set("now", now).Set("limit", limit).Set("until", until);
        return await statement.ListAsync(static row =>
            new Delivery(new WorkspaceId(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4)));
    }

    /// <summary>Writes down what came of an attempt.</summary>
    /// <param name="session">Writes.</param>
    /// <param name="delivery">The attempt.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="retryAt">When to try again; null when it is over.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static async ValueTask EndAsync(DbSession session, Delivery delivery, WebhookAnswer answer, long? retryAt, long now)
    {
        using var statement = session.Sql(EndAttempt)
            .Set("state", answer.Succeeded ? "delivered" : retryAt is null ? "failed" : "pending").Set("due", retryAt)
            .Set("status", (long?)answer.Status).Set("error", answer.Error).Set("finished", retryAt is null ? now : (long?)null)
            .Set("tenant", delivery.Workspace.Value).Set("webhook", delivery.WebhookId).Set("id", delivery.Id).Set("attempts", delivery.Attempts);
        await statement.ExecuteAsync();
    }

    public static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, string webhook)
    {
        using var statement = session.Sql(RemoveOfWebhook).Set("tenant", workspace.Value).Set("webhook", webhook);
        await statement.ExecuteAsync();
    }

    public static async ValueTask<int> PruneAsync(DbSession session, long before, int limit)
    {
        using var statement = session.Sql(PruneFinished).Set("before", before).Set("limit", limit);
        return await statement.ExecuteAsync();
    }
}
