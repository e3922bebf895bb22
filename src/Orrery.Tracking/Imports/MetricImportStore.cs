using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>SQL of histories while a run is imported: appends what is new, and counts what there is.</summary>
internal static class MetricImportStore
{
    private const string ListLatest = """
        select key, at, step, value, is_nan
          from trk_latest
         where tenant_id = @tenant
           and run_id = @run
           and key {in keys}
         order by key
        """;

    private const string ListSegments = """
        select key, points
          from trk_metric
         where tenant_id = @tenant
           and run_id = @run
           and key {in keys}
         order by key, seq
        """;

    private const string ListAllSegments = """
        select key, points
          from trk_metric
         where tenant_id = @tenant
           and run_id = @run
         order by key, seq
        """;

    /// <summary>Those of the points that are not stored yet, each once.</summary>
    public static async ValueTask<List<LoggedMetric>> NewAsync(DbSession session, WorkspaceId workspace, string runId, IReadOnlyList<LoggedMetric> points)
    {
        var fresh = points.Distinct().GroupBy(static p => p.Key).ToDictionary(static g => g.Key, static g => g.Select(static p => p.Point).ToHashSet());
        var stored = await OverlappingAsync(session, workspace, runId, fresh);
        if (stored.Count > 0)
        {
            using var statement = session.Sql(ListSegments).Set("tenant", workspace.Value).Set("run", runId).SetList("keys", stored);
            await EachKeyAsync(statement, (key, history) => fresh[key].ExceptWith(history));
        }

        return [.. fresh.SelectMany(static f => f.Value.Select(p => new LoggedMetric(f.Key, p)))];
    }

    /// <summary>How many points a run has, duplicates counted once. Holds one metric's history at a time.</summary>
    public static async ValueTask<long> CountAsync(DbSession session, WorkspaceId workspace, string runId)
    {
        long count = 0;
        using var statement = session.Sql(ListAllSegments).Set("tenant", workspace.Value).Set("run", runId);
        await EachKeyAsync(statement, (_, history) =>
        {
            MetricSegment.Normalize(history);
            count += history.Count;
        });
        return count;
    }

    // Points later than the latest one cannot be there yet: the common case, which needs no look at the history.
    private static async ValueTask<List<string>> OverlappingAsync(
        DbSession session, WorkspaceId workspace, string runId, Dictionary<string, HashSet<MetricPoint>> fresh)
    {
        using var statement = session.Sql(ListLatest).Set("tenant", workspace.Value).Set("run", runId).SetList("keys", fresh.Keys);
        var latest = await statement.ListAsync(static row => (
            Key: row.GetString(0),
            Point: new MetricPoint(row.GetInt64(1), row.GetInt64(2), row.GetInt64(4) == 1 ? double.NaN : row.GetDouble(3))));
        return [.. latest.Where(l => fresh[l.Key].Any(p => !p.IsLaterThan(l.Point))).Select(static l => l.Key)];
    }

    // Imports write rows of one metric each; what was logged since to a run that is complete may lie in mixed rows, which come first.
    private static async ValueTask EachKeyAsync(DbStatement statement, Action<string, List<MetricPoint>> each)
    {
        string? key = null;
        var history = new List<MetricPoint>();
        var mixed = new Dictionary<string, List<MetricPoint>>();
        await statement.ListAsync(row =>
        {
            var next = row.GetString(0);
            if (next.Length == 0)
            {
                MetricSegment.DecodeMixed((byte[])row.GetValue(1), mixed);
                return 0;
            }

            if (next != key)
                End();
            key = next;
            MetricSegment.Decode((byte[])row.GetValue(1), history);
            return 0;
        });
        End();
        foreach (var (other, points) in mixed)
            each(other, points);

        void End()
        {
            if (key is null)
                return;
            if (mixed.Remove(key, out var more))
                history.AddRange(more);
            each(key, history);
            history.Clear();
        }
    }
}
