using System.Data.Common;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>SQL of <c>reg_webhook</c> and <c>reg_webhook_event</c>.</summary>
internal static class WebhookStore
{
    private const string Columns = "w.webhook_id, w.name, w.description, w.url, w.secret, w.status, w.created_at, w.updated_at";

    private const string FindWebhook = $"""
        select {Columns}
          from reg_webhook w
         where w.tenant_id = @tenant
           and w.webhook_id = @id
        """;

    private const string ListPage = $"""
        select {Columns}
          from reg_webhook w
         where w.tenant_id = @tenant
           and w.webhook_id < @before
         order by w.webhook_id desc
         limit @limit
        """;

    private const string ListInterested = """
        select w.webhook_id
          from reg_webhook_event e
          join reg_webhook w on w.tenant_id = e.tenant_id and w.webhook_id = e.webhook_id
         where e.tenant_id = @tenant
           and e.entity = @entity
           and e.action = @action
           and w.status = 'ACTIVE'
         order by w.webhook_id
        """;

    private const string ListEvents = """
        select webhook_id, entity, action
          from reg_webhook_event
         where tenant_id = @tenant
           and webhook_id {in ids}
         order by webhook_id, position
        """;

    private const string Upsert = """
        insert into reg_webhook (tenant_id, webhook_id, name, description, url, secret, status, created_at, updated_at)
        values (@tenant, @id, @name, @description, @url, @secret, @status, @created, @updated)
            on conflict (tenant_id, webhook_id) do update
           set name = excluded.name, description = excluded.description, url = excluded.url, secret = excluded.secret, status = excluded.status,
               updated_at = excluded.updated_at
        """;

    private const string InsertEvents = """
        insert into reg_webhook_event (tenant_id, webhook_id, entity, action, position)
        select @tenant, @id, rows.entity, rows.action, rows.position
          from {rows}
        """;

    private const string RemoveEvents = """
        delete from reg_webhook_event
         where tenant_id = @tenant
           and webhook_id = @id
        """;

    private const string RemoveWebhook = """
        delete from reg_webhook
         where tenant_id = @tenant
           and webhook_id = @id
        """;

    public static async ValueTask<Webhook?> FindAsync(DbSession session, WorkspaceId workspace, string id)
    {
        if (!RegistryText.CanBeStored(id))
            return null;
        using var statement = session.Sql(FindWebhook).Set("tenant", workspace.Value).Set("id", id);
        return await statement.FindAsync(Read) is { } found ? (await WithEventsAsync(session, workspace, [found]))[0] : null;
    }

    /// <summary>Newest first: ids rise with time.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="workspace">Whose.</param>
    /// <param name="before">Id of the last one of the page before; null for the first page.</param>
    /// <param name="limit">Page length.</param>
    public static async ValueTask<List<Webhook>> ListAsync(DbSession session, WorkspaceId workspace, string? before, int limit)
    {
        using var statement = session.Sql(ListPage).Set("tenant", workspace.Value).Set("before", before ?? "~").Set("limit", limit);
        return await WithEventsAsync(session, workspace, await statement.ListAsync(Read));
    }

    /// <summary>Ids of the active webhooks that want an event.</summary>
    public static async ValueTask<List<string>> ListInterestedAsync(DbSession session, WorkspaceId workspace, WebhookEvent kind)
    {
        using var statement = session.Sql(ListInterested).Set("tenant", workspace.Value).Set("entity", kind.Entity).Set("action", kind.Action);
        return await statement.ListAsync(static row => row.GetString(0));
    }

    /// <summary>Inserts or replaces it.</summary>
    public static async ValueTask PutAsync(DbSession session, WorkspaceId workspace, Webhook webhook)
    {
        using var statement = session.Sql(Upsert)
            .Set("tenant", workspace.Value).Set("id", webhook.Id).Set("name", webhook.Name).Set("description", webhook.Description)
            .Set("url", webhook.Url).Set("secret", webhook.Secret).Set("status", webhook.IsActive ? "ACTIVE" : "DISABLED")
            .Set("created", webhook.CreatedAt).Set("updated", webhook.UpdatedAt);
        await statement.ExecuteAsync();
        await RemoveAsync(session, workspace, webhook.Id, RemoveEvents);
        using var events = session.Sql(InsertEvents).Set("tenant", workspace.Value).Set("id", webhook.Id);
        await events.ExecuteRowsAsync(new SqlRows(webhook.Events.Count)
            .Text("entity", webhook.Events, static e => e.Entity).Text("action", webhook.Events, static e => e.Action)
            .Whole("position", [.. Enumerable.Range(0, webhook.Events.Count).Select(static i => (long)i)]));
    }

    public static async ValueTask DeleteAsync(DbSession session, WorkspaceId workspace, string id)
    {
        await RemoveAsync(session, workspace, id, RemoveEvents);
        await RemoveAsync(session, workspace, id, RemoveWebhook);
    }

    private static async ValueTask RemoveAsync(DbSession session, WorkspaceId workspace, string id, string sql)
    {
        using var statement = session.Sql(sql).Set("tenant", workspace.Value).Set("id", id);
        await statement.ExecuteAsync();
    }

    private static async ValueTask<List<Webhook>> WithEventsAsync(DbSession session, WorkspaceId workspace, List<Webhook> webhooks)
    {
        if (webhooks.Count == 0)
            return webhooks;
        using var statement = session.Sql(ListEvents).Set("tenant", workspace.Value).SetList("ids", webhooks.ConvertAll(static w => w.Id));
        var events = (await statement.ListAsync(static row => (Id: row.GetString(0), Event: new WebhookEvent(row.GetString(1), row.GetString(2)))))
            .ToLookup(static e => e.Id, static e => e.Event);
        return webhooks.ConvertAll(w => w with { Events = [.. events[w.Id]] });
    }

    private static Webhook Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), [], row.GetString(5) == "ACTIVE",
        row.GetInt64(6), row.GetInt64(7))
    {
        Secret = row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
    };
}
