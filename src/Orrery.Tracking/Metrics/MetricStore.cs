using System.Runtime.InteropServices;
using System.Text;
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

    private const string InsertNumbered = """
        insert into trk_metric (tenant_id, run_id, key, seq, points)
        select @tenant, @run, rows.key, rows.seq, rows.points
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
           and key in ('', @key)
         order by key, seq
        """;

    private const string ListAllSegments = """
        select key, points
          from trk_metric
         where tenant_id = @tenant
           and run_id = @run
         order by key, seq
        """;

    private const string SizeOfAll = """
        select count(*), coalesce(sum(length(points)), 0)
          from trk_metric
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string RemoveSegments = """
        delete from trk_metric
         where tenant_id = @tenant
           and run_id = @run
        """;

    private const string LockRun = """
        select revision
          from trk_run
         where tenant_id = @tenant
           and run_id = @run
        {for update}
        """;

    /// <summary>The key of the rows that hold points of several metrics. No metric has it.</summary>
    private const string Mixed = "";

    /// <summary>With fewer points per metric than this, points that come together are stored together.</summary>
    private const int FewPoints = 16;

    /// <summary>
    /// Appends what one request logs. A few points each of several metrics (a step of training) are one row; many points of
    /// one metric are a row of that metric's. The run's row is locked by its caller's touch.
    /// </summary>
    public static async ValueTask LogAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<LoggedMetric> metrics)
    {
        var (keys, points) = ByKey(metrics);
        if (keys.Count == 1 || metrics.Count >= keys.Count * FewPoints)
        {
            await InsertSegmentsAsync(session, workspace, run, keys, points);
        }
        else
        {
            using var statement = session.Sql(InsertSegments).Set("tenant", workspace.Value).Set("run", run.RunId).Set("seq", run.Revision);
            await statement.ExecuteRowsAsync(new SqlRows(1).Text("key", [Mixed]).Bytes("points", [MetricSegment.EncodeMixed(metrics)]));
        }

        await UpsertLatestAsync(session, workspace, run, keys, points.ConvertAll(Latest));
    }

    /// <summary>Appends points, a row for each metric. The run's row is locked by its caller's touch.</summary>
    public static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, RunTouch run, IReadOnlyList<LoggedMetric> metrics)
    {
        var (keys, points) = ByKey(metrics);
        await InsertSegmentsAsync(session, workspace, run, keys, points);
        await UpsertLatestAsync(session, workspace, run, keys, points.ConvertAll(Latest));
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

    /// <summary>A whole history, in order, without duplicates; and how many rows were read for it.</summary>
    public static async ValueTask<(List<MetricPoint> Points, int Segments)> HistoryAsync(DbSession session, WorkspaceId workspace, string runId, string key)
    {
        using var statement = session.Sql(ListSegments).Set("tenant", workspace.Value).Set("run", runId).Set("key", key);
        var points = new List<MetricPoint>();
        var utf8 = Encoding.UTF8.GetBytes(key);
        var segments = await statement.ListAsync(row =>
        {
            MetricSegment.Decode((byte[])row.GetValue(0), utf8, points);
            return 0;
        });
        MetricSegment.Normalize(points);
        return (points, segments.Count);
    }

    /// <summary>Rewrites a run's histories as few rows, each of one metric. What is read stays the same.</summary>
    public static async ValueTask CompactAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        const int PointsPerSegment = 8192;
        const long MostBytes = 64L << 20;
        using var lockRun = session.Sql(LockRun).Set("tenant", workspace.Value).Set("run", runId);
        if (await lockRun.LongAsync() is not { } revision)
            return;
        using var measure = session.Sql(SizeOfAll).Set("tenant", workspace.Value).Set("run", runId);
        var (rows, bytes) = await measure.FindAsync(static row => (row.GetInt64(0), row.GetInt64(1)));
        if (bytes > MostBytes)
            return;
        var histories = await AllAsync(session, workspace, runId);
        var keys = new List<string>();
        var chunks = new List<List<MetricPoint>>();
        foreach (var (key, points) in histories)
        {
            MetricSegment.Normalize(points);
            foreach (var chunk in points.Chunk(PointsPerSegment))
            {
                keys.Add(key);
                chunks.Add([.. chunk]);
            }
        }

        if (chunks.Count >= rows)
            return;
        using (var remove = session.Sql(RemoveSegments).Set("tenant", workspace.Value).Set("run", runId))
            await remove.ExecuteAsync();

        // Rows written so far have a number up to the revision, later ones a greater: below both, each gets one of its own.
        using var insert = session.Sql(InsertNumbered).Set("tenant", workspace.Value).Set("run", runId);
        await insert.ExecuteRowsAsync(new SqlRows(keys.Count)
            .Text("key", [.. keys])
            .Whole("seq", [.. Enumerable.Range(0, keys.Count).Select(i => -revision - keys.Count + i)])
            .Bytes("points", [.. chunks.Select(c => MetricSegment.Encode(CollectionsMarshal.AsSpan(c)))]));
    }

    /// <summary>SQLite has no NaN: it stands as 0 beside the mark is_nan.</summary>
    public static double Storable(double value) => double.IsNaN(value) ? 0 : value;

    private static (List<string> Keys, List<List<MetricPoint>> Points) ByKey(IReadOnlyList<LoggedMetric> metrics)
    {
        var keys = new List<string>(metrics.Count);
        var points = new List<List<MetricPoint>>(metrics.Count);
        var index = new Dictionary<string, int>(metrics.Count);
        foreach (var metric in metrics)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(index, metric.Key, out var known);
            if (!known)
            {
                at = keys.Count;
                keys.Add(metric.Key);
                points.Add([]);
            }

            points[at].Add(metric.Point);
        }

        return (keys, points);
    }

    private static async ValueTask<Dictionary<string, List<MetricPoint>>> AllAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        var histories = new Dictionary<string, List<MetricPoint>>();
        using var statement = session.Sql(ListAllSegments).Set("tenant", workspace.Value).Set("run", runId);
        await statement.ListAsync(row =>
        {
            var key = row.GetString(0);
            var segment = (byte[])row.GetValue(1);
            if (key == Mixed)
            {
                MetricSegment.DecodeMixed(segment, histories);
                return 0;
            }

            if (!histories.TryGetValue(key, out var points))
                histories.Add(key, points = []);
            MetricSegment.Decode(segment, points);
            return 0;
        });
        return histories;
    }

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
