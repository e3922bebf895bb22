using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>
/// Puts down to models what serving them takes on this server: rows predicted, the time that answers took as time of one core (not of endpoints elsewhere),
/// and the memory of what is loaded. Written to the ledger each minute; a crash loses a minute.
/// </summary>
internal sealed class ModelMeter(
    Db db, UsageLedger ledger, Workspaces workspaces, ServingMetrics metrics, ModelPool pool, ServerIdentity server, TimeProvider time, ILogger<ModelMeter> logger) : BackgroundService
{
    private const decimal GiB = 1L << 30;

    // The ledger keeps millionths.
    private const decimal Least = 0.000001m;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly Queue<(WorkspaceId Workspace, List<UsageFact> Facts)> _waiting = new();
    private DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Writes what was used since the last time. Facts that could not be written are written the next time, under the same keys.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        var to = time.GetUtcNow();
        // Time that stepped back makes an empty span, not one that ends before it begins.
        var from = _since < to ? _since : to;
        _since = to;
        foreach (var workspace in Used(to - from).GroupBy(static one => one.Key.Workspace))
            _waiting.Enqueue((workspace.Key, [.. workspace.Where(static one => one.Value >= Least).Select((one, at) => Fact(one.Key.Model, one.Key.Meter, one.Value, at, from, to))]));
        if (_waiting.Count == 0)
            return;
        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        while (_waiting.TryPeek(out var next))
        {
            if (names.TryGetValue(next.Workspace, out var name))
            {
                var written = await db.WriteAsync(session => ledger.AppendAsync(session, Actor.System(next.Workspace, name), next.Facts), cancel);
                if (written.Failure is { } failure)
                    Log.ModelsNotMetered(logger, failure.Message);
            }

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
            Log.ModelsWait(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The server stops, and cannot wait any longer.
        }
    }

    private Dictionary<(WorkspaceId Workspace, string Model, string Meter), decimal> Used(TimeSpan span)
    {
        var used = new Dictionary<(WorkspaceId, string, string), decimal>();
        foreach (var one in metrics.Variants)
        {
            var (rows, busy) = one.TakeUsage();
            Add(one.Key.Workspace, one.Spec.Model, Meters.Predictions, rows);
            if (one.Spec.Remote is null)
                Add(one.Key.Workspace, one.Spec.Model, Meters.CoreSeconds, (decimal)busy.TotalSeconds);
        }

        foreach (var (recipe, bytes) in pool.InMemory())
            Add(recipe.Workspace, recipe.Model, Meters.MemoryGibSeconds, bytes / GiB * (decimal)span.TotalSeconds);
        return used;

        void Add(WorkspaceId workspace, string model, string meter, decimal quantity) =>
            used[(workspace, model, meter)] = used.GetValueOrDefault((workspace, model, meter)) + quantity;
    }

    private UsageFact Fact(string model, string meter, decimal quantity, int at, DateTimeOffset from, DateTimeOffset to) =>
        new(string.Create(CultureInfo.InvariantCulture, $"serving/{server.Name}/{to.ToUnixTimeMilliseconds()}/{at}"), meter, quantity, from, to) { ObjectKind = "model", ObjectId = model };
}
