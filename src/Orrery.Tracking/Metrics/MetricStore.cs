using System.Runtime.InteropServices;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of <c>trk_metric</c> (histories, in segments), <c>trk_latest</c> and <c>trk_model_metric</c>.</summary>
internal static class MetricStore
{
    private const string InsertSegments = """
        insert into trk_metric (tenant_id, run_id, key, seq, points)
        select @tenant, @run, rows.key, @seq, rows.points
          from {rows}
        """;

    private const string UpsertLatest = """
        insert into trk_latest (tenant_id, run_id, key, is_nan, value, step, at, experiment_id)
        select @tenant, @run, rows.key, rows.is_nan, rows.value, rows.step, rows.at, @experiment
          from {rows}
         where true
            on conflict (tenant_id, run_id, key) do update
           set is_nan = excluded.is_nan, value = excluded.value, step = excluded.step, at = excluded.at
         where (excluded.step, excluded.at, excluded.is_nan, excluded.value) > (trk_latest.step, trk_latest.at, trk_latest.is_nan, trk_latest.value)
        """;

    private const string InsertModelMetrics = """
        insert into trk_model_metric (tenant_id, model_id, key, dataset_name, dataset_digest, run_id, step, at, is_nan, value)
        select @tenant, rows.model_id, rows.key, rows.dataset_name, rows.dataset_digest, @run, rows.step, rows.at, rows.is_nan, rows.value
          from {rows}
         where true
            on conflict do nothing
        """;

    private const string ListSegments = """
        select points
          from trk_metric
         where tenant_id = @tenant
           and run_id = @run
           and key = @key
         order by seq
        """;

    private const string RemoveSegments = """
        delete from trk_metric
         where tenant_id = @tenant
           and run_id = @run
           and key = @key
        """;

    private const string LockRun = """
        select revision
          from trk_run
         where tenant_id = @tenant
           and run_id = @run
        {for update}
        """;

    /// <summary>Appends points. The run's row is locked by its caller's touch.</summary>
    public static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<LoggedMetric> metrics)
    {
        var keys = new List<string>();
        var segments = new List<List<MetricPoint>>();
        var index = new Dictionary<string, int>(metrics.Count);
        foreach (var metric in metrics)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(index, metric.Key, out var known);
            if (!known)
            {
                at = keys.Count;
                keys.Add(metric.Key);
                segments.Add([]);
            }

            segments[at].Add(metric.Point);
        }

        await InsertSegmentsAsync(session, workspace, run, keys, segments);
        await UpsertLatestAsync(session, workspace, run, keys, segments.ConvertAll(Latest));
    }

    public static async ValueTask AppendToModelsAsync(DbSession session, WorkspaceId workspace, string runId, IReadOnlyList<LoggedMetric> metrics)
    {
        using var statement = session.Sql(InsertModelMetrics).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ExecuteRowsAsync(new SqlRows(metrics.Count)
            .Text("model_id", metrics, m => m.ModelId)
            .Text("key", metrics, m => m.Key)
            .Text("dataset_name", metrics, m => m.DatasetName ?? "")
            .Text("dataset_digest", metrics, m => m.DatasetDigest ?? "")
            .Whole("step", metrics, m => m.Point.Step)
            .Whole("at", metrics, m => m.Point.At)
            .Whole("is_nan", metrics, m => double.IsNaN(m.Point.Value) ? 1 : 0)
            .Number("value", [.. metrics.Select(m => Storable(m.Point.Value))]));
    }

    /// <summary>A whole history, in order, without duplicates; and in how many segments it lies.</summary>
    public static async ValueTask<(List<MetricPoint> Points, int Segments)> HistoryAsync(DbSession session, WorkspaceId workspace, string runId, string key)
    {
        using var statement = session.Sql(ListSegments).Set("tenant", workspace.Value).Set("run", runId).Set("key", key);
        var points = new List<MetricPoint>();
        var segments = await statement.ListAsync(row =>
        {
            MetricSegment.Decode((byte[])row.GetValue(0), points);
            return 0;
        });
        MetricSegment.Normalize(points);
        return (points, segments.Count);
    }

    /// <summary>Rewrites a history as few segments. What is read stays the same.</summary>
    public static async ValueTask CompactAsync(DbSession session, WorkspaceId workspace, string runId, string key)
    {
        const int PointsPerSegment = 8192;
        using var lockRun = session.Sql(LockRun).Set("tenant", workspace.Value).Set("run", runId);
        if (await lockRun.LongAsync() is not { } revision)
            return;
        var (points, segments) = await HistoryAsync(session, workspace, runId, key);
        var chunks = points.Chunk(PointsPerSegment).ToArray();
        if (segments <= chunks.Length)
            return;
        using (var remove = session.Sql(RemoveSegments).Set("tenant", workspace.Value).Set("run", runId).Set("key", key))
            await remove.ExecuteAsync();

        // Every segment written so far has a number up to the revision, every later one a greater: the negative ones below both are free.
        for (var i = 0; i < chunks.Length; i++)
        {
            var run = new RunTouch(runId, ExperimentId: 0, Revision: -revision - chunks.Length + i);
            await InsertSegmentsAsync(session, workspace, run, [key], [[.. chunks[i]]]);
        }
    }

    /// <summary>SQLite has no NaN: it stands as 0 beside the mark is_nan.</summary>
    public static double Storable(double value) => double.IsNaN(value) ? 0 : value;

    private static async ValueTask InsertSegmentsAsync(
        DbSession session, WorkspaceId workspace, RunTouch run, List<string> keys, List<List<MetricPoint>> segments)
    {
        using var statement = session.Sql(InsertSegments).Set("tenant", workspace.Value).Set("run", run.RunId).Set("seq", run.Revision);
        await statement.ExecuteRowsAsync(new SqlRows(keys.Count)
            .Text("key", [.. keys])
            .Bytes("points", [.. segments.Select(s => MetricSegment.Encode(CollectionsMarshal.AsSpan(s)))]));
    }

    private static async ValueTask UpsertLatestAsync(
        DbSession session, WorkspaceId workspace, RunTouch run, List<string> keys, List<MetricPoint> latest)
    {
        using var statement = session.Sql(UpsertLatest).Set("tenant", workspace.Value).Set("run", run.RunId).Set("experiment", run.ExperimentId);
        await statement.ExecuteRowsAsync(new SqlRows(keys.Count)
            .Text("key", [.. keys])
            .Whole("is_nan", latest, p => double.IsNaN(p.Value) ? 1 : 0)
            .Number("value", [.. latest.Select(p => Storable(p.Value))])
            .Whole("step", latest, p => p.Step)
            .Whole("at", latest, p => p.At));
    }

    private static MetricPoint Latest(List<MetricPoint> points)
    {
        var latest = points[0];
        foreach (var point in points)
        {
            if (point.IsLaterThan(latest))
                latest = point;
        }

        return latest;
    }
}
