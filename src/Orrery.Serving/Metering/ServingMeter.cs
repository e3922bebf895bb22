using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>
/// Writes what each model's predictions used to the ledger, every ten minutes and at the server's end: the model pays for what serves it. A crash loses
/// ten minutes. What KServe serves is not seen from here.
/// </summary>
internal sealed class ServingMeter(ServingMetrics metrics, ActiveDeployments active, Db db, UsageLedger ledger, ServerIdentity server, TimeProvider time, ILogger<ServingMeter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly Queue<(WorkspaceId Workspace, IReadOnlyList<UsageFact> Facts)> _waiting = new();
    private DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Writes what was used since the last time. Facts that could not be written are written the next time, under the same keys.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        // A clock that stepped back makes an empty span, not one that ends before it begins.
        var to = time.GetUtcNow();
        var from = _since < to ? _since : to;
        _since = to;
        var keys = string.Create(CultureInfo.InvariantCulture, $"serving/{server.Name}/{to.ToUnixTimeMilliseconds()}");
        foreach (var facts in UsageShares.Of(keys, from, to, metrics.TakeUses(), Memory(), Environment.ProcessorCount).GroupBy(static one => one.Workspace, static one => one.Fact))
            _waiting.Enqueue((facts.Key, [.. facts]));
        while (_waiting.TryPeek(out var next))
        {
            var written = await db.WriteAsync(session => ledger.AppendAsync(session, Actor.System(next.Workspace, ""), next.Facts), cancel);
            if (written.Failure is { } failure)
                Log.PredictionsNotMetered(logger, failure.Message);
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

    // A model that several deployments have is in memory once.
    private List<(WorkspaceId Workspace, string Model, long Bytes)> Memory() =>
    [
        .. active.All.SelectMany(static deployment => deployment.Answering.Concat(deployment.Shadows).Select(variant => (deployment.Row.Key.Workspace, variant.Spec.Model, variant.Slot)))
            .DistinctBy(static one => one.Slot).Select(static one => (one.Workspace, one.Model, one.Slot.MemoryBytes)),
    ];

    private async Task TryFlushAsync(CancellationToken cancel)
    {
        try
        {
            await FlushAsync(cancel);
        }
        // Whatever it was, the next time comes.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.MeteringWaits(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and cannot wait any longer.
        }
    }
}
