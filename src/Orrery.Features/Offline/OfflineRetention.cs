using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary>
/// Removes, once an hour and on one server at a time, what <see cref="RetentionSettings"/> says: old results of historical requests, entity rows
/// that no job came for, and training sets of deleted projects that no run names. Blobs go before their rows, so that nothing is left of a pass
/// that was broken off.
/// </summary>
internal sealed class OfflineRetention(
    Db db, IBlobs blobs, TrainingSets sets, Workspaces workspaces, FeatureOptions options, ServerIdentity server, TimeProvider time, ILogger<OfflineRetention> logger) : BackgroundService
{
    private const int Page = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly DutyLease _lease = new(db, "features-retention", server.Name, Interval, time);

    /// <summary>Looks at every workspace once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        if (!await _lease.TakeAsync(cancel))
            return;
        foreach (var (id, name) in await workspaces.ListAsync(cancel))
            await LookAsync(Actor.System(id, name), cancel);
    }

    /// <summary>Looks at one workspace.</summary>
    public async Task LookAsync(Actor actor, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var results = (now - options.Retention.Historical).ToUnixTimeMilliseconds();
        await DropAsync(actor, session => HistoricalStore.ListOldAsync(session, actor.Workspace, results, Page), HistoricalStore.DeleteAsync, cancel);
        await DropAsync(actor, session => RequestStore.ListOldAsync(session, actor.Workspace, results, Page), RequestStore.DeleteAsync, cancel);
        await TrainingSetsAsync(actor, (now - options.Retention.TrainingSets).ToUnixTimeMilliseconds(), cancel);
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
                Log.RetentionFailed(logger, e);
            }
        }
    }

    private async Task DropAsync(
        Actor actor, Func<DbSession, ValueTask<List<string>>> list, Func<DbSession, WorkspaceId, IReadOnlyCollection<string>, ValueTask> delete, CancellationToken cancel)
    {
        List<string> keys;
        do
        {
            keys = await db.ReadAsync(list, cancel);
            foreach (var key in keys)
                await blobs.DeleteAsync(key, cancel);
            if (keys.Count == 0)
                return;
            await db.WriteAsync<Done>(async session =>
            {
                await delete(session, actor.Workspace, keys);
                return Done.Ok;
            }, cancel);
        }
        while (keys.Count == Page);
    }

    private async Task TrainingSetsAsync(Actor actor, long before, CancellationToken cancel)
    {
        for (var after = ""; ;)
        {
            var strays = await db.ReadAsync(session => TrainingSetStore.ListStraysAsync(session, actor.Workspace, before, after, Page), cancel);
            foreach (var (id, project) in strays)
                await sets.DeleteUnusedAsync(actor, project, id, cancel);
            if (strays.Count < Page)
                return;
            after = strays[^1].Id;
        }
    }
}
