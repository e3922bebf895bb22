using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Counts what workspaces use, and writes it to the ledger each period and at the server's end: a crash loses a period. Facts that could not be
/// written are written the next time, under the same keys.
/// </summary>
public abstract class UsageMeter(TimeSpan period, Db db, UsageLedger ledger, TimeProvider time, ILogger logger) : BackgroundService
{
    private readonly Queue<(Actor Actor, IReadOnlyList<UsageFact> Facts)> _waiting = new();
    private DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Writes what was counted since the last time.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        // A clock that stepped back makes an empty span, not one that ends before it begins.
        var to = time.GetUtcNow();
        var from = _since < to ? _since : to;
        _since = to;
        foreach (var taken in Take(from, to))
            _waiting.Enqueue(taken);
        while (_waiting.TryPeek(out var next))
        {
            var written = await db.WriteAsync(session => ledger.AppendAsync(session, next.Actor, next.Facts), cancel);
            if (written.Failure is { } failure)
                Log.UsageNotMetered(logger, failure.Message);
            _waiting.Dequeue();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    /// <summary>What was counted in a span, with keys that tell it from every other; counting begins anew.</summary>
    protected abstract IEnumerable<(Actor Actor, IReadOnlyList<UsageFact> Facts)> Take(DateTimeOffset from, DateTimeOffset to);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryFlushAsync(stoppingToken);
    }

    private async Task TryFlushAsync(CancellationToken cancel)
    {
        try
        {
            await FlushAsync(cancel);
        }
        // Whatever it was, the next time comes.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.UsageWaits(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and cannot wait any longer.
        }
    }
}
