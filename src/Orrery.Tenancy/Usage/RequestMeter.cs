using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// Counts the requests that each workspace's callers send, and writes them to the ledger each minute: a fact for each workspace that had any. A crash
/// loses a minute. Thread-safe.
/// </summary>
internal sealed class RequestMeter(Db db, UsageLedger ledger, ServerIdentity server, TimeProvider time, ILogger<RequestMeter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<WorkspaceId, Counter> _counters = new();
    private readonly Queue<(Actor Actor, UsageFact Fact)> _waiting = new();
    private DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Counts one request.</summary>
    public void Count(Actor actor)
    {
        if (actor.Workspace == WorkspaceId.Platform)
            return;
        if (!_counters.TryGetValue(actor.Workspace, out var counter))
            counter = _counters.GetOrAdd(actor.Workspace, static (id, name) => new(Actor.System(id, name)), actor.WorkspaceName);
        Interlocked.Increment(ref counter.Count);
    }

    /// <summary>Writes what was counted. A fact that could not be written is written the next time, under the same key.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        var (from, to) = (_since, time.GetUtcNow());
        _since = to;
        foreach (var counter in _counters.Values)
        {
            // Time that stepped back makes an empty span, not one that ends before it begins.
            if (Interlocked.Exchange(ref counter.Count, 0) is > 0 and var count)
                _waiting.Enqueue((counter.Actor, new(KeyOf(to), Meters.Requests, count, from < to ? from : to, to)));
        }

        while (_waiting.TryPeek(out var next))
        {
            var written = await db.WriteAsync(session => ledger.AppendAsync(session, next.Actor, [next.Fact]), cancel);
            if (written.Failure is { } failure)
                Log.RequestsNotMetered(logger, failure.Message);
            _waiting.Dequeue();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryFlushAsync(stoppingToken);
    }

    private async Task TryFlushAsync(CancellationToken cancel)
    {
        try
        {
            await FlushAsync(cancel);
        }
        // Whatever it was, the next minute comes.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.RequestsWait(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and cannot wait any longer.
        }
    }

    private string KeyOf(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"requests/{server.Name}/{at.ToUnixTimeMilliseconds()}");

    private sealed class Counter(Actor actor)
    {
        public long Count;

        public Actor Actor => actor;
    }
}
