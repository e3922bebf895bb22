using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>The events that wait for one handler: told one at a time, in order.</summary>
internal sealed class HandlerQueue(IEventHandler handler, Db db, OutboxOptions options, StorageMetrics metrics, ILogger logger, TimeProvider time)
{
    private const int Batch = 64;
    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly Signal _due = new(time);

    public string Name => handler.Name;

    public bool Wants(OutboxEvent e) => handler.Events.Contains(e.Name);

    /// <summary>There may be something due.</summary>
    public void Wake() => _due.Set();

    /// <summary>Tells the handler what is due, then waits for more.</summary>
    public async Task DeliverAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (due, next) = await db.ReadAsync(async session =>
        {
            var due = await OutboxStore.ListDueAsync(session, Name, now, Batch);
            return (due, due.Count > 0 ? now : await OutboxStore.NextDueAsync(session, Name));
        }, cancel);
        if (due.Count > 0)
        {
            await DeliverAsync(due, cancel);
            return;
        }

        var wait = next is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, at - now)) : LongestWait;
        await _due.WaitAsync(wait < LongestWait ? wait : LongestWait, cancel);
    }

    private async Task DeliverAsync(List<Delivery> due, CancellationToken cancel)
    {
        var ends = new List<DeliveryEnd>();
        try
        {
            var settled = time.GetTimestamp();
            foreach (var delivery in due)
            {
                cancel.ThrowIfCancellationRequested();
                ends.Add(await TellAsync(delivery, cancel));
                if (time.GetElapsedTime(settled) < SettleEvery)
                    continue;
                await SettleAsync(ends);
                ends.Clear();
                settled = time.GetTimestamp();
            }
        }
        finally
        {
            // What has been handled is not told again because a later one, or the server, was stopped.
            await SettleAsync(ends);
        }
    }

    private async Task<DeliveryEnd> TellAsync(Delivery delivery, CancellationToken cancel)
    {
        using var span = StorageTraces.BeginDelivery(Name, delivery.Event.Name, delivery.Attempts + 1);
        var end = await AttemptAsync(delivery, cancel);
        span.Ended(end.State is "pending" ? "retry" : end.State, end.Error);
        return end;
    }

    private async Task<DeliveryEnd> AttemptAsync(Delivery delivery, CancellationToken cancel)
    {
        var e = delivery.Event;
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            var result = await handler.HandleAsync(e, either.Token);
            if (!result.Succeeded)
                return Failed(delivery, $"{result.Failure.Code}: {result.Failure.Message}", null);
            metrics.Delivered(Name, "done", time.GetUtcNow() - e.At);
            return new DeliveryEnd(e, "done", delivery.Attempts, 0, null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested)
        {
            return Failed(delivery, $"It took longer than {options.Timeout}.", exception);
        }
        catch (Exception exception)
        {
            return Failed(delivery, $"{exception.GetType().Name}: {exception.Message}", exception);
        }
    }

    private DeliveryEnd Failed(Delivery delivery, string reason, Exception? exception)
    {
        var e = delivery.Event;
        var attempts = delivery.Attempts + 1;
        var now = time.GetUtcNow();
        Log.DeliveryFailed(logger, Name, e.Id, e.Name, attempts, reason, exception);
        if (attempts < options.MaxAttempts)
        {
            metrics.Delivered(Name, "retry", now - e.At);
            var due = now + BackOff.After(attempts, options.FirstRetry, options.LongestRetry);
            return new DeliveryEnd(e, "pending", attempts, due.ToUnixTimeMilliseconds(), reason);
        }

        Log.Parked(logger, Name, e.Id, e.Name, attempts, reason);
        metrics.Delivered(Name, "parked", now - e.At);
        metrics.Parked++;
        return new DeliveryEnd(e, "parked", attempts, now.ToUnixTimeMilliseconds(), reason);
    }

    private async Task SettleAsync(List<DeliveryEnd> ends)
    {
        if (ends.Count == 0)
            return;
        await db.WriteAsync<Done>(async session =>
        {
            await OutboxStore.SettleAsync(session, Name, ends);
            return Done.Ok;
        }, CancellationToken.None);
    }
}
