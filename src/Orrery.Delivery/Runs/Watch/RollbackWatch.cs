using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary>On one server at a time: looks how what was delivered fares, takes back what fares badly, and sets deliveries going again whose job ended without them.</summary>
internal sealed class RollbackWatch(
    Db db, Rollbacks rollbacks, EnvironmentSettings settings, Jobs jobs, Workspaces workspaces, ServerIdentity server, DeliveryOptions options, TimeProvider time, ILogger<RollbackWatch> logger)
    : BackgroundService
{
    private readonly DutyLease _lease = new(db, "delivery-watch", server.Name, options.SignalInterval * 3, time);

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (!await _lease.TakeAsync(cancel))
            return;
        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        foreach (var (workspace, row) in await db.ReadAsync(DeliveryStore.WatchedAsync, cancel))
            await LookAsync(Actor.System(workspace, names.GetValueOrDefault(workspace, "")), row, cancel);
        foreach (var (workspace, row) in await db.ReadAsync(DeliveryStore.OpenAsync, cancel))
            await ReviveAsync(Actor.System(workspace, names.GetValueOrDefault(workspace, "")), row, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SignalInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                Log.WatchFailed(logger, failed);
            }
        }
    }

    private async ValueTask LookAsync(Actor actor, DeliveryRow row, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var thresholds = (await settings.FindAsync(actor, row.Environment, cancel)).Rollback!;
        var reason = thresholds.Enabled == false
            ? null
            : RollbackRules.Judge(
                await db.ReadAsync(session => SignalStore.ListAsync(session, actor.Workspace, row, now - (RollbackRules.Minutes * 60_000)), cancel), row.DeployedAt ?? now, thresholds, row.Plan.BaselineP95Ms, now);
        if (reason is not null)
        {
            Log.TakenBack(logger, row.Id, row.Spec.Model, row.Spec.Version, row.Environment, reason.Text);
            await rollbacks.AutomaticAsync(actor, row, reason, cancel);
        }
        else if (row.WatchUntil < now)
        {
            await rollbacks.EndWatchAsync(actor, row, cancel);
        }
    }

    // Somebody cancelled the job itself, or it was given up: the delivery goes on with another, as what it was asked to be.
    private async ValueTask ReviveAsync(Actor actor, DeliveryRow seen, CancellationToken cancel)
    {
        if (!JobId.TryParse(seen.JobId, null, out var id) || await jobs.FindAsync(actor, id, cancel) is { State: JobState.Queued or JobState.Running })
            return;
        await db.WriteAsync<Done>(async session =>
        {
            if (await DeliveryStore.LockAsync(session, actor.Workspace, seen.Id) is not { IsOpen: true } row || row.JobId != seen.JobId)
                return Done.Ok;
            var asker = new Actor(actor.Workspace, actor.WorkspaceName, row.RequestedBy) { Origin = Origin.Job(row.PrincipalId) };
            var next = await jobs.EnqueueAsync(session, asker, DeliveryJob.JobKind, DeliveryProgress.Order(row.Id));
            await DeliveryStore.UpdateAsync(session, actor.Workspace, row with { JobId = next.ToString(), CancelBy = row.CancelBy ?? "whoever cancelled its job" });
            return Done.Ok;
        }, cancel);
    }
}
