using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Reads metric histories.</summary>
internal sealed class Metrics(Db db, HistoryCompaction compaction)
{
    /// <summary>A history in this many segments or more is rewritten after it was read.</summary>
    private const int TooManySegments = 64;

    /// <summary>A metric's history in order; empty for a metric that was never logged; <c>tracking.run_not_found</c>.</summary>
    public async ValueTask<Result<List<MetricPoint>>> HistoryAsync(Actor actor, string runId, string key, CancellationToken cancel)
    {
        var (found, points, segments) = await db.ReadAsync(async session =>
        {
            var run = await RunStore.FindAsync(session, actor.Workspace, runId);
            if (run is null)
                return (false, [], 0);
            var history = await MetricStore.HistoryAsync(session, actor.Workspace, runId, key);
            return (true, history.Points, history.Segments);
        }, cancel);
        if (!found)
            return RunFailures.NotFound(runId);
        if (segments >= TooManySegments)
            compaction.Request(actor.Workspace, runId);
        return points;
    }

    /// <summary>Histories of several runs; a run that is not there has none.</summary>
    public ValueTask<List<(string RunId, List<MetricPoint> Points)>> HistoriesAsync(
        Actor actor, IReadOnlyList<string> runIds, string key, CancellationToken cancel) => db.ReadAsync(async session =>
    {
        var histories = new List<(string, List<MetricPoint>)>(runIds.Count);
        foreach (var runId in runIds)
        {
            // A run that is still being imported has points already, which nobody sees.
            var visible = await RunStore.FindAsync(session, actor.Workspace, runId) is not null;
            histories.Add((runId, visible ? (await MetricStore.HistoryAsync(session, actor.Workspace, runId, key)).Points : []));
        }

        return histories;
    }, cancel);
}
