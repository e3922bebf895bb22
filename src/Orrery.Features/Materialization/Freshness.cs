using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// How old the newest data of views are: the age of data, not of the last job. Pushes are noted in memory and written every few seconds, by each
/// server its own.
/// </summary>
internal sealed class Freshness(Db db, Outbox outbox, TimeProvider time, ILogger<Freshness> logger)
{
    private readonly ConcurrentDictionary<OnlineTable, long> _seen = new();

    /// <summary>Notes that rows up to an event time came online by a push; cheap.</summary>
    /// <param name="table">Of the view.</param>
    /// <param name="newest">Microseconds since 1970 UTC.</param>
    public void Saw(OnlineTable table, long newest) =>
        _seen.AddOrUpdate(table, static (_, value) => value, static (_, old, value) => Math.Max(old, value), newest);

    /// <summary>Writes what this server noted.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        foreach (var table in _seen.Keys)
        {
            if (!_seen.TryRemove(table, out var newest))
                continue;
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await db.WriteAsync<Done>(async session =>
            {
                await MaterializationStore.AdvanceAsync(session, table, since: null, until: null, created: null, newest, now);
                return Done.Ok;
            }, cancel);
        }
    }

    /// <summary>Tells which views of a project have become stale or fresh.</summary>
    public async Task CheckAsync(Actor actor, FeatureProject project, CancellationToken cancel)
    {
        foreach (var view in project.ServedViews())
        {
            var table = OnlineTable.Of(project, view);
            if (view.Freshness is { } target)
                await CheckAsync(actor, project, view, table, target, cancel);
        }
    }

    private async Task CheckAsync(Actor actor, FeatureProject project, FeatureView view, OnlineTable table, TimeSpan target, CancellationToken cancel)
    {
        var state = await db.ReadAsync(session => MaterializationStore.StateAsync(session, table), cancel);
        var now = time.GetUtcNow();
        var age = state.Newest is { } newest ? (Materializations.Micros(now) - newest) / 1e6 : (double?)null;
        var stale = age is null || age > target.TotalSeconds;
        // A view without any data is stale from the time that something was expected of it.
        if (stale == state.IsStale || (state == MaterializationState.None && age is null))
            return;
        await db.WriteAsync<Done>(async session =>
        {
            if (!await MaterializationStore.MarkStaleAsync(session, table, stale, now.ToUnixTimeMilliseconds()))
                return Done.Ok;
            outbox.Append(
                session, actor, stale ? "features.freshness_missed" : "features.freshness_met",
                JsonSerializer.Serialize(new FreshnessEvent(project.Name, view.Name, age, target.TotalSeconds), FeatureEventJson.Default.FreshnessEvent));
            return Done.Ok;
        }, cancel);
        if (stale)
            Log.Stale(logger, project.Name, view.Name);
        else
            Log.Fresh(logger, project.Name, view.Name);
    }
}
