using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Delivery;

/// <summary>On one server at a time: looks how what was delivered fares, takes back what fares badly, and sets deliveries going again whose job ended without them.</summary>
internal sealed class RollbackWatch(
    Db db, Rollbacks rollbacks, EnvironmentSettings settings, Jobs jobs, Workspaces workspaces, ServerIdentity server, DeliveryOptions options, TimeProvider time, ILogger<RollbackWatch> logger)
    : BackgroundService
{
    private const int Page = 200;
    private static readonly (long Workspace, string Id) Begin = (long.MinValue, "");

    private (long Workspace, string Id) _revived = Begin;
    private readonly DutyLease _lease = new(db, "delivery-watch", server.Name, options.SignalInterval * 3, time);

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (!await _lease.TakeAsync(cancel))
            return;
        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        for (var after = Begin; ;)
        {
            var from = after;
            var rows = await db.ReadAsync(session => DeliveryStore.WatchedAsync(session, from, Page), cancel);
            if (rows.Count > 0)
                await LookAsync(rows, names, cancel);
            if (rows.Count < Page)
                break;
            after = (rows[^1].Workspace.Value, rows[^1].Row.Id);
        }

        // Whether their jobs are there is asked of a page at a time: the next look goes on behind it.
        var open = await db.ReadAsync(session => DeliveryStore.OpenAsync(session, _revived, Page), cancel);
        _revived = open.Count < Page ? Begin : (open[^1].Workspace.Value, open[^1].Row.Id);
        foreach (var (workspace, row) in open)
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

    // Signals and settings of a page are read at once.
    private async ValueTask LookAsync(List<(WorkspaceId Workspace, DeliveryRow Row)> rows, Dictionary<WorkspaceId, string> names, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var thresholds = await settings.ThresholdsAsync(rows.Select(static one => one.Workspace).ToHashSet(), cancel);
        var (first, last) = ((rows[0].Workspace.Value, rows[0].Row.Id), (rows[^1].Workspace.Value, rows[^1].Row.Id));
        var signals = await db.ReadAsync(session => SignalStore.WatchedAsync(session, first, last, now - (RollbackRules.Minutes * 60_000)), cancel);
        foreach (var (workspace, row) in rows)
            await LookAsync(Actor.System(workspace, names.GetValueOrDefault(workspace, "")), row, thresholds(workspace, row.Environment), [.. signals[(workspace.Value, row.Id)]], now, cancel);
    }

    private async ValueTask LookAsync(Actor actor, DeliveryRow row, RollbackThresholds thresholds, IReadOnlyList<SignalRow> signals, long now, CancellationToken cancel)
    {
        var reason = thresholds.Enabled == false ? null : RollbackRules.Judge(signals, row.DeployedAt ?? now, thresholds, row.Plan.BaselineP95Ms, now);
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
        if (!JobId.TryParse(seen.JobId, null, out var id) || await jobs.FindAsync(actor, id, cancel) is { State: Storage.JobState.Queued or Storage.JobState.Running })
            return;
        await db.WriteAsync<Done>(async session =>
        {
            if (await DeliveryStore.LockAsync(session, actor.Workspace, seen.Id) is not { IsOpen: true } row || row.JobId != seen.JobId)
                return Done.Ok;
            var next = await jobs.EnqueueAsync(session, row.Asker(actor), DeliveryJob.JobKind, DeliveryProgress.Order(row.Id));
            await DeliveryStore.UpdateAsync(session, actor.Workspace, row with { JobId = next.ToString(), CancelBy = row.CancelBy ?? "whoever cancelled its job" });
            return Done.Ok;
        }, cancel);
    }
}
