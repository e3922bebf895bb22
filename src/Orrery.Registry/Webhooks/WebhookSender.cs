using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Registry;

/// <summary>
/// Makes the deliveries that are due, on every server, each by one at a time. What could not be delivered is tried again
/// after a growing pause, and given up after the last attempt or when the receiver says that it will never take it (4xx).
/// </summary>
internal sealed class WebhookSender(
    Db db, Webhooks webhooks, WebhookQueue queue, WebhookOptions options, RegistryMetrics metrics, TimeProvider time,
    ILogger<WebhookSender> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);
    private const int PruneBatch = 1000;

    private readonly SemaphoreSlim _wake = new(0, 1);

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        queue.Queued += Wake;
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was under way is taken over when its time is up.
        }
        finally
        {
            queue.Queued -= Wake;
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        var pruneAt = time.GetUtcNow();
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            running.RemoveAll(static task => task.IsCompleted);
            try
            {
                foreach (var delivery in await TakeAsync(options.MaxConcurrent - running.Count, stopping))
                    running.Add(DeliverAsync(delivery, stopping));
                if (time.GetUtcNow() >= pruneAt)
                {
                    pruneAt = time.GetUtcNow() + PruneEvery;
                    await PruneAsync(stopping);
                }
            }
            catch (DatabaseUnavailableException e)
            {
                Log.WebhooksAway(logger, e);
            }

            await _wake.WaitAsync(Poll, stopping);
        }
    }

    private async Task<IReadOnlyList<Delivery>> TakeAsync(int limit, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var at = now.ToUnixTimeMilliseconds();
        // Looking costs no place in the writer's queue, and mostly there is nothing.
        if (limit <= 0 || !await db.ReadAsync(session => DeliveryStore.AnyDueAsync(session, at), stopping))
            return [];
        var until = (now + options.Timeout + TimeSpan.FromSeconds(30)).ToUnixTimeMilliseconds();
        return (await db.WriteAsync<List<Delivery>>(async session => await DeliveryStore.TakeAsync(session, at, until, limit), stopping)).Value;
    }

    private async Task DeliverAsync(Delivery delivery, CancellationToken stopping)
    {
        try
        {
            if (await db.ReadAsync(session => WebhookStore.FindAsync(session, delivery.Workspace, delivery.WebhookId), stopping) is not { } webhook)
                return;
            var started = time.GetTimestamp();
            using var span = RegistryTraces.BeginWebhook(delivery.Attempts);
            var answer = webhook.IsActive
                ? await webhooks.CallAsync(delivery.Workspace, webhook, delivery.Id, delivery.Body, stopping)
                : new(Status: null, Body: null, "The webhook was disabled before it could be told.");
            var took = time.GetElapsedTime(started);
            var now = time.GetUtcNow();
            var retry = !answer.Succeeded && answer.MayRetry && webhook.IsActive && delivery.Attempts < options.MaxAttempts;
            var retryAt = retry ? (now + options.RetryAfter(delivery.Attempts)).ToUnixTimeMilliseconds() : (long?)null;
            var outcome = !webhook.IsActive ? "disabled" : answer.Succeeded ? "delivered" : retry ? "retry" : "failed";
            span.Ended(outcome, answer);
            metrics.WebhookCalled(outcome, took);
            if (!answer.Succeeded && !retry)
                Log.DeliveryFailed(logger, delivery.Id, delivery.WebhookId, delivery.Attempts, answer.Status, answer.Error);
            await db.WriteAsync<Done>(async session =>
            {
                await DeliveryStore.EndAsync(session, delivery, answer, retryAt, now.ToUnixTimeMilliseconds());
                return Done.Ok;
            }, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            Log.DeliveryBroke(logger, delivery.Id, delivery.WebhookId, e);
        }

        Wake();
    }

    private async Task PruneAsync(CancellationToken stopping)
    {
        var before = (time.GetUtcNow() - options.Retention).ToUnixTimeMilliseconds();
        while ((await db.WriteAsync<int>(async session => await DeliveryStore.PruneAsync(session, before, PruneBatch), stopping)).Value == PruneBatch)
            stopping.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
        catch (ObjectDisposedException)
        {
            // The server has stopped.
        }
    }
}
