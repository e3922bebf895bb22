using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>MLflow's metrics/*: histories, of one run or of many.</summary>
internal sealed class MetricEndpoints(Metrics metrics, ExperimentRules rules)
{
    private const int MaxPage = 25_000;
    private const int MaxRuns = 100;
    private const int MaxSamples = 2_500;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("GET", "metrics/get-history", Permissions.Read, HistoryAsync, rules.ByRun);
        app.MapMlflow("GET", "metrics/get-history-bulk", Permissions.Read, BulkAsync);
        app.MapMlflow("GET", "metrics/get-history-bulk-interval", Permissions.Read, IntervalAsync);
    }

    private async ValueTask<Failure?> HistoryAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var runId = fields.RunId();
        var key = fields.Required("metric_key");
        // Clients before 2.x send no bound and mean everything.
        var max = fields.Has("max_results") ? (int)Math.Min(fields.MaxResults(MaxPage, int.MaxValue), MaxPage) : int.MaxValue;
        var token = fields.Text("page_token");
        if (fields.Failure is { } wrong)
            return wrong;
        var found = await metrics.HistoryAsync(call.Actor, runId, key, call.Cancel);
        if (found.Failed(out var failure, out var points))
            return failure;
        var from = 0;
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 3) is not [long at, long step, double value])
                return Experiments.InvalidToken(token);
            from = After(points, new(at, step, value));
        }

        var count = Math.Min(max, points.Count - from);
        MetricJson.Write(call.Json, key, [(runId, Slice(points, from, count))], withRunId: false);
        if (from + count < points.Count)
        {
            var last = points[from + count - 1];
            call.Json.WriteString("next_page_token"u8, PageToken.Encode(last.At, last.Step, last.Value));
        }

        return null;
    }

    private async ValueTask<Failure?> BulkAsync(MlflowCall call)
    {
        var runIds = call.Fields.Texts("run_id");
        var key = call.Fields.Text("metric_key");
        var max = (int)Math.Clamp(call.Fields.Whole("max_results") ?? MaxPage, 0, MaxPage);
        if (runIds.Count == 0)
            return Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        if (runIds.Count > MaxRuns)
            return Invalid($"GetMetricHistoryBulk request cannot specify more than {MaxRuns} run_ids. Received {runIds.Count} run_ids.");
        if (key is null)
            return Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        var histories = await metrics.HistoriesAsync(call.Actor, [.. runIds.Distinct().Order(StringComparer.Ordinal)], key, call.Cancel);
        var left = max;
        var cut = new List<(string, ReadOnlyMemory<MetricPoint>)>(histories.Count);
        foreach (var (runId, points) in histories)
        {
            var count = Math.Min(left, points.Count);
            cut.Add((runId, Slice(points, 0, count)));
            left -= count;
        }

        Write(call, key, cut);
        return null;
    }

    private async ValueTask<Failure?> IntervalAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var runIds = fields.Texts("run_ids");
        if (runIds.Count == 0)
            return MlflowFields.Missing("run_ids");
        if (runIds.Count > MaxRuns)
            return Invalid($"GetMetricHistoryBulkInterval request must specify at most {MaxRuns} run_ids. Received {runIds.Count} run_ids.");
        var key = fields.Required("metric_key");
        var first = fields.Whole("start_step");
        var last = fields.Whole("end_step");
        var max = fields.Whole("max_results") ?? MaxSamples;
        if (fields.Failure is { } wrong)
            return wrong;
        if (max is < 1 or > MaxSamples)
            return Invalid($"max_results must be between 1 and {MaxSamples}.");
        if (first is null != last is null)
            return Invalid("If either start step or end step are specified, both must be specified.");
        if (first > last)
            return Invalid($"end_step must be greater than start_step. Found start_step={first} and end_step={last}.");
        var histories = await metrics.HistoriesAsync(call.Actor, [.. runIds.Distinct()], key, call.Cancel);
        var steps = MetricSampling.Steps(histories.Select(static h => h.Points), (int)max, first, last);
        var sampled = histories.ConvertAll(h => (h.RunId, (ReadOnlyMemory<MetricPoint>)h.Points
            .Where(p => steps.Contains(p.Step)).OrderBy(static p => p.Step).ThenBy(static p => p.At).ToArray()));
        MetricJson.Write(call.Json, key, sampled, withRunId: true);
        return null;
    }

    // Unlike its other answers, this one of MLflow's shows an empty list.
    private static void Write(MlflowCall call, string key, List<(string, ReadOnlyMemory<MetricPoint>)> histories)
    {
        if (histories.TrueForAll(static h => h.Item2.Length == 0))
            call.Json.WriteStartArray("metrics"u8);
        MetricJson.Write(call.Json, key, histories, withRunId: true);
        if (histories.TrueForAll(static h => h.Item2.Length == 0))
            call.Json.WriteEndArray();
    }

    /// <summary>Index of the first point after this one.</summary>
    private static int After(List<MetricPoint> points, MetricPoint last)
    {
        var at = points.BinarySearch(last);
        return at < 0 ? ~at : at + 1;
    }

    private static ReadOnlyMemory<MetricPoint> Slice(List<MetricPoint> points, int from, int count) =>
        count <= 0 ? default : CollectionsMarshal.AsSpan(points).Slice(from, count).ToArray();

    private static Failure Invalid(string message) => Failure.Invalid("tracking.invalid_field", message);
}
