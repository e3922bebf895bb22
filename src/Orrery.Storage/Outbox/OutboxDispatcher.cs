using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Delivers events to handlers. One server at a time does it for all; another takes over when that one is not heard of.</summary>
internal sealed class OutboxDispatcher(
    Db db, IEnumerable<IEventHandler> handlers, OutboxOptions options, OutboxSignals signals, ServerIdentity server, StorageMetrics metrics,
    ILogger<OutboxDispatcher> logger, TimeProvider time) : BackgroundService
{
    private const int Batch = 256;
    private static readonly TimeSpan UpkeepEvery = TimeSpan.FromMinutes(1);

    private readonly DutyLease _lease = new(db, "outbox", server.Name, options.Lease, time);

    private readonly Dictionary<string, HandlerQueue> _queues = handlers.ToDictionary(
        static handler => handler.Name, handler => new HandlerQueue(handler, db, options, metrics, logger, time));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        signals.Retried += WakeAll;
        try
        {
            while (true)
            {
                await StepAsync(stoppingToken);
                await Task.Delay(server.Jitter(options.Lease / 6), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the lease has been left to the others.
        }
        finally
        {
            signals.Retried -= WakeAll;
        }
    }

    private async Task StepAsync(CancellationToken stopping)
    {
        try
        {
            if (!await _lease.TakeAsync(stopping))
                return;
            Log.Leading(logger);
            await LeadAsync(stopping);
            Log.NoLongerLeading(logger);
            await _lease.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.OutboxAway(logger, e);
        }
    }

    /// <summary>Delivers until the server stops or the lease is lost.</summary>
    private async Task LeadAsync(CancellationToken stopping)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] duties =
        [
            RepeatAsync(DispatchAsync, leading.Token),
            RepeatAsync(UpkeepAsync, leading.Token),
            .. _queues.Values.Select(queue => RepeatAsync(queue.DeliverAsync, leading.Token)),
        ];
        await RenewAsync(stopping);
        await leading.CancelAsync();
        await Task.WhenAll(duties);
    }

    /// <summary>Returns when the lease is lost or the server stops.</summary>
    private async Task RenewAsync(CancellationToken stopping)
    {
        var heldUntil = time.GetUtcNow() + options.Lease;
        while (time.GetUtcNow() < heldUntil)
        {
            await Task.Delay(options.Lease / 3, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                var now = time.GetUtcNow();
                if (!await _lease.TakeAsync(stopping))
                    return;
                heldUntil = now + options.Lease;
            }
            catch (DatabaseUnavailableException e)
            {
                Log.OutboxAway(logger, e);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Does a duty again and again; trouble with the database only delays it.</summary>
    private async Task RepeatAsync(Func<CancellationToken, Task> duty, CancellationToken leading)
    {
        while (!leading.IsCancellationRequested)
        {
            try
            {
                await duty(leading);
            }
            catch (OperationCanceledException) when (leading.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.OutboxAway(logger, e);
                await Task.Delay(server.Jitter(options.Poll), time, leading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Decides for new events who gets them, then waits for more.</summary>
    private async Task DispatchAsync(CancellationToken leading)
    {
        var events = await db.ReadAsync(static session => OutboxStore.ListNewAsync(session, Batch), leading);
        if (events.Count > 0)
        {
            var deliveries = events.SelectMany(e => _queues.Values.Where(q => q.Wants(e)).Select(q => (Event: e, Handler: q.Name))).ToList();
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await db.WriteAsync<Done>(async session =>
            {
                await OutboxStore.DispatchAsync(session, events, deliveries, now);
                return Done.Ok;
            }, leading);
            foreach (var handler in deliveries.Select(static d => d.Handler).Distinct())
                _queues[handler].Wake();
        }

        if (events.Count < Batch)
            await signals.Appended.WaitAsync(server.Jitter(options.Poll), leading);
    }

    private async Task UpkeepAsync(CancellationToken leading)
    {
        metrics.Parked = await db.ReadAsync(static session => OutboxStore.CountParkedAsync(session), leading);
        var before = (time.GetUtcNow() - options.Retention).ToUnixTimeMilliseconds();
        while (await db.WriteAsync<int>(async session => await OutboxStore.PruneAsync(session, before, Batch), leading) is { Value: Batch })
        {
        }

        await Task.Delay(UpkeepEvery, time, leading);
    }

    private void WakeAll()
    {
        foreach (var queue in _queues.Values)
            queue.Wake();
    }
}
