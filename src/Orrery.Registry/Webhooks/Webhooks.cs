using System.Globalization;
using Orrery.Audit;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>What a webhook is to be; null leaves what there is.</summary>
/// <param name="Name">1 to 63 letters, digits and inner dots, underscores and hyphens.</param>
/// <param name="Url">http or https, without user name.</param>
/// <param name="Description">Up to 1,000 characters.</param>
/// <param name="Events">At least one.</param>
/// <param name="Secret">Signs deliveries; up to 1,000 characters.</param>
/// <param name="IsActive">False to tell it nothing.</param>
public sealed record WebhookChange(string? Name, string? Url, string? Description, IReadOnlyList<WebhookEvent>? Events, string? Secret, bool? IsActive);

/// <summary>What one can do with webhooks.</summary>
public sealed class Webhooks
{
    private readonly Db _db;
    private readonly AuditLog _audit;
    private readonly SecretBox _secrets;
    private readonly WebhookClient _client;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;

    internal Webhooks(Db db, AuditLog audit, SecretBox secrets, WebhookClient client, WebhookOptions options, TimeProvider time)
    {
        _db = db;
        _audit = audit;
        _secrets = secrets;
        _client = client;
        _options = options;
        _time = time;
    }

    /// <summary>Makes a webhook; <c>registry.invalid_webhook</c>.</summary>
    public async ValueTask<Result<Webhook>> CreateAsync(Actor actor, WebhookChange asked, CancellationToken cancel)
    {
        if (Check(asked with { Name = asked.Name ?? "", Url = asked.Url ?? "", Events = asked.Events ?? [] }) is { } wrong)
            return wrong;
        var now = _time.GetUtcNow();
        var at = now.ToUnixTimeMilliseconds();
        var id = Guid.CreateVersion7(now).ToString("D", CultureInfo.InvariantCulture);
        var webhook = Changed(actor, new Webhook(id, asked.Name!, null, asked.Url!, [], IsActive: true, at, at), asked);
        return await _db.WriteAsync<Webhook>(async session =>
        {
            await WebhookStore.PutAsync(session, actor.Workspace, webhook);
            await _audit.AppendAsync(session, actor, Record("webhook.create", id) with { After = Hash(webhook) });
            return webhook;
        }, cancel);
    }

    /// <summary>A webhook; <c>registry.webhook_not_found</c>.</summary>
    public async ValueTask<Result<Webhook>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await _db.ReadAsync(session => WebhookStore.FindAsync(session, actor.Workspace, id), cancel) is { } found ? found : NotFound(id);

    /// <summary>One page of webhooks, newest first; <c>registry.invalid_webhook</c>, <c>registry.invalid_token</c>.</summary>
    public async ValueTask<Result<Page<Webhook>>> ListAsync(Actor actor, long limit, string? token, CancellationToken cancel)
    {
        if (WebhookRules.CheckPage(limit) is { } wrong)
            return wrong;
        string? before = null;
        if (!string.IsNullOrEmpty(token) && (before = PageToken.Decode(token, count: 1)?[0] as string) is null)
            return RegisteredModels.InvalidToken(token);
        if (before is not null && !RegistryText.CanBeStored(before))
            return RegisteredModels.InvalidToken(token!);
        var webhooks = await _db.ReadAsync(session => WebhookStore.ListAsync(session, actor.Workspace, before, (int)limit + 1), cancel);
        if (webhooks.Count <= limit)
            return new Page<Webhook>(webhooks, null);
        webhooks.RemoveAt((int)limit);
        return new Page<Webhook>(webhooks, PageToken.Encode(webhooks[^1].Id));
    }

    /// <summary>Changes a webhook; <c>registry.webhook_not_found</c>, <c>registry.invalid_webhook</c>.</summary>
    public async ValueTask<Result<Webhook>> UpdateAsync(Actor actor, string id, WebhookChange asked, CancellationToken cancel)
    {
        if (Check(asked) is { } wrong)
            return wrong;
        return await _db.WriteAsync<Webhook>(async session =>
        {
            if (await WebhookStore.FindAsync(session, actor.Workspace, id) is not { } found)
                return NotFound(id);
            var changed = Changed(actor, found, asked) with { UpdatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds() };
            await WebhookStore.PutAsync(session, actor.Workspace, changed);
            if (asked.Secret is not null || !Hash(changed with { UpdatedAt = found.UpdatedAt }).AsSpan().SequenceEqual(Hash(found)))
            {
                await _audit.AppendAsync(session, actor, Record("webhook.update", id) with
                {
                    Before = Hash(found),
                    After = Hash(changed),
                    Detail = asked.Secret is null ? null : """{"secret":"set"}""",
                });
            }

            return changed;
        }, cancel);
    }

    /// <summary>Deletes a webhook and what it was still to be told; <c>registry.webhook_not_found</c>.</summary>
    public ValueTask<Result<Done>> DeleteAsync(Actor actor, string id, CancellationToken cancel) => _db.WriteAsync<Done>(async session =>
    {
        if (await WebhookStore.FindAsync(session, actor.Workspace, id) is not { } found)
            return NotFound(id);
        await DeliveryStore.RemoveAsync(session, actor.Workspace, id);
        await WebhookStore.DeleteAsync(session, actor.Workspace, id);
        await _audit.AppendAsync(session, actor, Record("webhook.delete", id) with { Before = Hash(found) });
        return Done.Ok;
    }, cancel);

    /// <summary>Calls a webhook now, once, with an example of an event (null: its first); <c>registry.webhook_not_found</c>.</summary>
    internal async ValueTask<Result<WebhookAnswer>> TestAsync(Actor actor, string id, WebhookEvent? kind, CancellationToken cancel)
    {
        if ((await GetAsync(actor, id, cancel)).Failed(out var missing, out var webhook))
            return missing;
        // Written before the call goes out: what leaves the server is in the trail whatever becomes of it.
        var written = await _db.WriteAsync<Done>(async session =>
        {
            await _audit.AppendAsync(session, actor, Record("webhook.test", webhook.Id));
            return Done.Ok;
        }, cancel);
        if (written.Failure is { } failure)
            return failure;
        var now = _time.GetUtcNow();
        var body = WebhookPayloads.Example(kind ?? webhook.Events[0], now);
        return await CallAsync(actor.Workspace, webhook, Guid.CreateVersion7(now).ToString("D", CultureInfo.InvariantCulture), body, cancel);
    }

    /// <summary>Calls a webhook once.</summary>
    internal async Task<WebhookAnswer> CallAsync(WorkspaceId workspace, Webhook webhook, string delivery, string body, CancellationToken cancel)
    {
        var secret = webhook.Secret is null ? null : _secrets.Open(webhook.Secret, workspace.Value, webhook.Id);
        return webhook.Secret is not null && secret is null
            ? new(Status: null, Body: null, "The webhook's secret was encrypted with another key than this server has; set the secret again, or give the server that key.")
            : await _client.SendAsync(webhook.Url, secret, delivery, body, cancel);
    }

    private static AuditRecord Record(string action, string id) => new(action, "webhook", id);

    /// <summary>Of all but the secret.</summary>
    private static byte[] Hash(Webhook webhook) => StateHash.Of(webhook, RegistryJson.Default.Webhook);

    private static Failure NotFound(string id) => Failure.NotFound("registry.webhook_not_found", $"Webhook with ID {RegistryText.Clip(id)} not found.");

    private Failure? Check(WebhookChange asked) =>
        (asked.Name is null ? null : WebhookRules.CheckName(asked.Name))
        ?? (asked.Url is null ? null : WebhookRules.CheckUrl(asked.Url, _options.AllowPrivateNetworks))
        ?? (asked.Events is null ? null : WebhookRules.CheckEvents(asked.Events))
        ?? RegistryText.Check("description", asked.Description, WebhookRules.MaxDescription)
        ?? RegistryText.Check("secret", asked.Secret, WebhookRules.MaxSecret);

    private Webhook Changed(Actor actor, Webhook webhook, WebhookChange asked) => webhook with
    {
        Name = asked.Name ?? webhook.Name,
        Url = asked.Url ?? webhook.Url,
        Description = asked.Description ?? webhook.Description,
        Events = asked.Events is null ? webhook.Events : [.. asked.Events.Distinct()],
        Secret = asked.Secret is null ? webhook.Secret : _secrets.Seal(asked.Secret, actor.Workspace.Value, webhook.Id),
        IsActive = asked.IsActive ?? webhook.IsActive,
    };
}
