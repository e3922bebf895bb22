using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>MLflow's runs/*: making, changing, logging, reading.</summary>
internal sealed class RunEndpoints(Runs runs, RunReading reading, Quotas quotas, TrackingMetrics metrics, ExperimentRules rules)
{
    private const long MaxPage = 50_000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "runs/create", Permissions.Write, CreateAsync, ExperimentRules.ById);
        app.MapMlflow("GET", "runs/get", Permissions.Read, GetAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/update", Permissions.Write, UpdateAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/delete", Permissions.Write, DeleteAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/restore", Permissions.Write, RestoreAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/log-metric", Permissions.Write, LogMetricAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/log-parameter", Permissions.Write, LogParamAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/set-tag", Permissions.Write, SetTagAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/delete-tag", Permissions.Write, RemoveTagAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/log-batch", Permissions.Write, LogBatchAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/search", Permissions.Read, SearchAsync, ExperimentRules.Search);
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var id = fields.Has("experiment_id") ? fields.RequiredId("experiment_id") : "0";
        var asked = new NewRun(id, fields.Text("run_name") ?? "", fields.Text("user_id") ?? "", fields.Whole("start_time") ?? 0, fields.Pairs("tags"));
        if (fields.Failure is { } wrong)
            return wrong;
        var made = await runs.CreateAsync(call.Actor, asked, call.Cancel);
        if (made.Failed(out var failure, out var run))
            return failure;
        quotas.Warn(call.Http, QuotaKinds.RunsPerDay);
        return await AnswerAsync(call, run.RunId);
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return call.Fields.Failure ?? await AnswerAsync(call, id);
    }

    private async ValueTask<Failure?> UpdateAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var id = fields.RunId();
        var change = new RunChange(fields.Enum("status", RunStatus.All), fields.Whole("end_time"), fields.Text("run_name"));
        if (fields.Failure is { } wrong)
            return wrong;
        var updated = await runs.UpdateAsync(call.Actor, id, change, call.Cancel);
        if (updated.Failed(out var failure, out var run))
            return failure;
        call.Json.WritePropertyName("run_info"u8);
        RunJson.WriteInfo(call.Json, run);
        return null;
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return call.Fields.Failure ?? (await runs.DeleteAsync(call.Actor, id, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RestoreAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return call.Fields.Failure ?? (await runs.RestoreAsync(call.Actor, id, call.Cancel)).Failure;
    }

    private ValueTask<Failure?> LogMetricAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return LogAsync(call, id, new([Metric(call.Fields)], [], []));
    }

    private ValueTask<Failure?> LogParamAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return LogAsync(call, id, new([], [Pair(call.Fields)], []));
    }

    private ValueTask<Failure?> SetTagAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        return LogAsync(call, id, new([], [], [Pair(call.Fields)]));
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call)
    {
        var id = call.Fields.RunId();
        var key = call.Fields.Required("key");
        return call.Fields.Failure ?? (await runs.RemoveTagAsync(call.Actor, id, key, call.Cancel)).Failure;
    }

    private ValueTask<Failure?> LogBatchAsync(MlflowCall call)
    {
        if (call.Http.Request.ContentLength > RunBatches.MaxBody)
        {
            return new(Failure.Invalid("tracking.batch_too_large",
                $"Batched logging API requests must be at most {RunBatches.MaxBody} bytes, got a request of size {call.Http.Request.ContentLength}."));
        }

        var fields = call.Fields;
        var id = fields.RunId();
        var logged = fields.Objects("metrics");
        var values = new LoggedMetric[logged.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Metric(logged[i]);
        return LogAsync(call, id, new(values, fields.Pairs("params"), fields.Pairs("tags")));
    }

    private async ValueTask<Failure?> LogAsync(MlflowCall call, string runId, RunBatch batch)
    {
        if (call.Fields.Failure is { } wrong)
            return wrong;
        var logged = await runs.LogAsync(call.Actor, runId, batch, call.Cancel);
        if (logged.Succeeded)
            metrics.PointsLogged(batch.Metrics.Count);
        return logged.Failure;
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var max = fields.MaxResults(@default: 1000, MaxPage);
        var filter = SearchGrammar.Runs.ParseFilter(fields.Text("filter"));
        var order = SearchGrammar.Runs.ParseOrder(fields.Texts("order_by"));
        var view = ExperimentEndpoints.View(fields, "run_view_type");
        var token = fields.Text("page_token");
        var experiments = fields.Texts("experiment_ids").Select(Experiments.ParseId).OfType<long>().Distinct()
            .Where(id => ExperimentRules.Allows(call.Actor, id)).ToArray();
        if ((fields.Failure ?? filter.Failure ?? order.Failure) is { } wrong)
            return wrong;
        var search = new RunSearch(experiments, filter.Value, order.Value, view, (int)max, string.IsNullOrEmpty(token) ? null : token);
        var found = await reading.SearchAsync(call.Actor, search, call.Cancel);
        if (found.Failed(out var failure, out var page))
            return failure;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("runs"u8);
            foreach (var run in page.Items)
                call.Json.WriteRawValue(run, skipInputValidation: true);
            call.Json.WriteEndArray();
        }

        if (page.NextToken is { } next)
            call.Json.WriteString("next_page_token"u8, next);
        return null;
    }

    private async ValueTask<Failure?> AnswerAsync(MlflowCall call, string runId)
    {
        var found = await reading.GetAsync(call.Actor, runId, call.Cancel);
        if (found.Failed(out var failure, out var json))
            return failure;
        call.Json.WritePropertyName("run"u8);
        call.Json.WriteRawValue(json, skipInputValidation: true);
        return null;
    }

    private static Pair Pair(MlflowFields fields) => new(fields.Required("key"), fields.Text("value") ?? "");

    private static LoggedMetric Metric(MlflowFields fields)
    {
        var key = fields.Required("key");
        var value = fields.RequiredNumber("value");
        var at = fields.RequiredWhole("timestamp");
        var step = fields.Whole("step") ?? 0;
        return new(key, new(at, step, value))
        {
            ModelId = NullIfEmpty(fields.Text("model_id")),
            DatasetName = NullIfEmpty(fields.Text("dataset_name")),
            DatasetDigest = NullIfEmpty(fields.Text("dataset_digest")),
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
