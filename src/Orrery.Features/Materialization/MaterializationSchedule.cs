using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>
/// Starts views at the times of their schedules, and tells when data become older than their target. One server at a time does it; a time is
/// taken in the database before it is started, so that it is started once; a time missed while no server ran is made up once.
/// </summary>
internal sealed class MaterializationSchedule(
    Db db, Projects projects, Materializations materializations, Workspaces workspaces, Freshness freshness, Expiry expiry, ServerIdentity server, TimeProvider time,
    ILogger<MaterializationSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly DutyLease _lease = new(db, "features", server.Name, 3 * Interval, time);

    /// <summary>Looks at every project once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await freshness.FlushAsync(cancel);
        if (!await _lease.TakeAsync(cancel))
            return;
        var names = (await workspaces.ListAsync(cancel)).ToDictionary(static one => one.Id, static one => one.Name);
        foreach (var stamp in await db.ReadAsync(session => ProjectStore.ListStampsAsync(session, [.. names.Keys.Select(static id => id.Value)]), cancel))
        {
            var actor = Actor.System(stamp.Workspace, names[stamp.Workspace]);
            if ((await projects.FindAsync(actor, stamp.Name, cancel)).Failed(out _, out var project))
                continue;
            await StartDueAsync(actor, project, cancel);
            await freshness.CheckAsync(actor, project, cancel);
            await expiry.LookAsync(project, cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.ScheduleFailed(logger, e);
            }
        }
    }

    private async Task StartDueAsync(Actor actor, FeatureProject project, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var view in project.Views.Values)
        {
            if (!view.IsOnline || view.Schedule is null || CronSchedule.Read(view.Schedule, out var cron) is not null)
                continue;
            var last = await db.ReadAsync(session => MaterializationStore.FindDueAsync(session, actor.Workspace, project.Name, view.Id), cancel);
            if (last is null)
            {
                // Its first time is the next one from when the schedule was first seen.
                await TakeAsync(actor, project, view, now, cancel);
                continue;
            }

            if (cron!.GetNextValidTimeAfter(DateTimeOffset.FromUnixTimeMilliseconds(last.Value)) is not { } due || due > now || !await TakeAsync(actor, project, view, now, cancel))
                continue;
            var started = await materializations.StartAsync(actor, project, [.. project.ServedViews().Where(served => served.Id == view.Id)], MaterializationModes.Incremental, null, null, force: false, cancel);
            if (started.Failure is { } why)
                Log.NotStarted(logger, project.Name, view.Name, why.Message);
        }
    }

    private async ValueTask<bool> TakeAsync(Actor actor, FeatureProject project, FeatureView view, DateTimeOffset due, CancellationToken cancel) =>
        (await db.WriteAsync<bool>(
            async session => await MaterializationStore.TakeDueAsync(session, actor.Workspace, project.Name, view.Id, due.ToUnixTimeMilliseconds()), cancel)).Value;
}
