using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>Turns each event of the registry into one delivery for each webhook that wants it.</summary>
internal sealed class WebhookQueue(Db db, TimeProvider time) : IEventHandler
{
    /// <summary>Raised after deliveries were queued on this server.</summary>
    public event Action? Queued;

    public string Name => "registry.webhooks";

    public IReadOnlySet<string> Events => WebhookPayloads.Events;

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        if (WebhookPayloads.Kind(e.Name, RegistryEvent.Parse(e.Payload).IsPrompt) is not { } kind)
            return Done.Ok;
        var workspace = e.Actor.Workspace;
        var queued = await db.WriteAsync<int>(async session =>
        {
            if (!await Outbox.HandleOnceAsync(session, Name, e))
                return 0;
            var now = time.GetUtcNow();
            var deliveries = (await WebhookStore.ListInterestedAsync(session, workspace, kind))
                .ConvertAll(webhook => (webhook, Guid.CreateVersion7(now).ToString("D", CultureInfo.InvariantCulture)));
            if (deliveries.Count > 0)
                await DeliveryStore.InsertAsync(session, workspace, deliveries, kind, WebhookPayloads.Body(kind, e), now.ToUnixTimeMilliseconds());
            return deliveries.Count;
        }, cancel);
        if (queued.Failed(out var failure, out var count))
            return failure;
        if (count > 0)
            Queued?.Invoke();
        return Done.Ok;
    }
}
