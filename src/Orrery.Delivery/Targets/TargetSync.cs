using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary>Looks at repositories and clusters every so often, on one server at a time.</summary>
internal sealed class TargetSync(Db db, Workspaces workspaces, TargetLook look, TargetMetrics metrics, TargetOptions options, ServerIdentity identity, TimeProvider time, ILogger<TargetSync> logger)
    : BackgroundService
{
    private readonly DutyLease _duty = new(db, "delivery-targets", identity.Name, TimeSpan.FromSeconds(Math.Max(60, options.SyncSeconds * 3)), time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.SyncSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await _duty.TakeAsync(stoppingToken))
                    await LookAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                // The next look comes.
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.TargetSyncFailed(logger, failed);
            }
        }
    }

    /// <summary>Looks at all targets once.</summary>
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var targets = await db.ReadAsync(TargetStore.AllAsync, cancel);
        if (targets.Count == 0)
        {
            metrics.Saw([]);
            return;
        }

        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        foreach (var (workspace, target) in targets)
        {
            if (!names.TryGetValue(workspace, out var name))
                continue;
            // One that cannot be looked at does not keep the others from it; it says so in its own state.
            await look.RunAsync(Actor.System(workspace, name), target, cancel);
            await _duty.TakeAsync(cancel);
        }

        metrics.Saw(await db.ReadAsync(SyncStore.CountAsync, cancel));
    }
}
