using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>MLflow's runs/log-inputs, runs/outputs, runs/log-model and experiments/search-datasets.</summary>
internal sealed class InputEndpoints(Runs runs, Db db, ExperimentRules rules)
{
    private const int MaxName = 500;
    private const int MaxDigest = 36;
    private const int MaxSource = 65_535;
    private const int MaxSchema = 1_048_575;
    private const int MaxProfile = 16_777_215;
    private const int MaxTagKey = 255;
    private const int MaxTagValue = 500;
    private const int MaxExperiments = 20;
    private const int MaxSummaries = 1000;

    public void Map(IEndpointRouteBuilder app)
    {
        // A data set's profile alone may have 16 million characters.
        app.MapMlflow("POST", "runs/log-inputs", Permissions.Write, LogInputsAsync, rules.ByRun, maxBody: null);
        app.MapMlflow("POST", "runs/outputs", Permissions.Write, LogOutputsAsync, rules.ByRun);
        app.MapMlflow("POST", "runs/log-model", Permissions.Write, LogModelAsync, rules.ByRun);
        app.MapMlflow("POST", "experiments/search-datasets", Permissions.Read, SearchAsync);
        // The protocol's own description lacks a slash here, so that some clients ask for this path.
        foreach (var root in new[] { "/api/2.0mlflow/", "/ajax-api/2.0mlflow/" })
            app.MapMlflowAt("POST", root + "experiments/search-datasets", Permissions.Read, SearchAsync);
    }

    private async ValueTask<Failure?> LogInputsAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var runId = fields.RunId();
        var inputs = fields.Objects("datasets").Select(ReadInput).ToArray();
        var models = fields.Objects("models").Select(m => new RunModel(m.Required("model_id"), IsOutput: false, Step: 0)).ToArray();
        if ((fields.Failure ?? inputs.Select(Check).FirstOrDefault(static f => f is not null)) is { } wrong)
            return wrong;
        var entry = Act.Run("run.log-inputs", runId) with
        {
            After = ContentHash.Of(inputs, models),
            Detail = Act.Counts(("datasets", inputs.Length), ("models", models.Length)),
        };
        var logged = await runs.ChangeAsync<Done>(call.Actor, runId, entry, async (session, touch) =>
        {
            await InputStore.InsertAsync(session, call.Actor.Workspace, touch, inputs);
            await InputStore.SetModelsAsync(session, call.Actor.Workspace, runId, models);
            await RunEdges.AppendAsync(session, call.Actor.Workspace, [runId]);
            return Done.Ok;
        }, call.Cancel);
        return logged.Failure;
    }

    private async ValueTask<Failure?> LogOutputsAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var runId = fields.RunId();
        if (!fields.Has("models"))
            fields.Fail(MlflowFields.Missing("models"));
        var models = fields.Objects("models").Select(m => new RunModel(m.Required("model_id"), IsOutput: true, m.Whole("step") ?? 0)).ToArray();
        if (fields.Failure is { } wrong)
            return wrong;
        var entry = Act.Run("run.log-outputs", runId) with { After = ContentHash.Of([], models), Detail = Act.Counts(("models", models.Length)) };
        var logged = await runs.ChangeAsync<Done>(call.Actor, runId, entry, async (session, _) =>
        {
            await InputStore.SetModelsAsync(session, call.Actor.Workspace, runId, models);
            await RunEdges.AppendAsync(session, call.Actor.Workspace, [runId]);
            return Done.Ok;
        }, call.Cancel);
        return logged.Failure;
    }

    private async ValueTask<Failure?> LogModelAsync(MlflowCall call)
    {
        var runId = call.Fields.RunId();
        var model = call.Fields.Required("model_json");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if (ModelHistory.Check(model) is { } malformed)
            return malformed;
        var entry = Act.Run("run.log-model", runId) with { After = ContentHash.Of(model) };
        var logged = await runs.ChangeAsync<Done>(call.Actor, runId, entry, async (session, touch) =>
        {
            var history = await RunStore.TagAsync(session, call.Actor.Workspace, runId, RunTags.ModelHistory);
            await RunStore.SetTagsAsync(session, call.Actor.Workspace, touch, [new(RunTags.ModelHistory, ModelHistory.Append(history, model))]);
            return Done.Ok;
        }, call.Cancel);
        return logged.Failure;
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        var asked = call.Fields.Texts("experiment_ids");
        if (asked.Count == 0)
            return Invalid("SearchDatasets request must specify at least one experiment_id.");
        if (asked.Count > MaxExperiments)
            return Invalid($"SearchDatasets request cannot specify more than {MaxExperiments} experiment_ids. Received {asked.Count} experiment_ids.");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        var ids = asked.Select(Experiments.ParseId).OfType<long>().ToArray();
        var found = await db.ReadAsync(session => InputStore.SummariesAsync(session, call.Actor.Workspace, ids, MaxSummaries), call.Cancel);
        if (found.Count == 0)
            return null;
        call.Json.WriteStartArray("dataset_summaries"u8);
        foreach (var summary in found)
        {
            call.Json.WriteStartObject();
            call.Json.WriteString("experiment_id"u8, summary.ExperimentId.ToString(CultureInfo.InvariantCulture));
            call.Json.WriteString("name"u8, summary.Name);
            call.Json.WriteString("digest"u8, summary.Digest);
            if (summary.Context.Length > 0)
                call.Json.WriteString("context"u8, summary.Context);
            call.Json.WriteEndObject();
        }

        call.Json.WriteEndArray();
        return null;
    }

    private static RunInput ReadInput(MlflowFields fields)
    {
        var tags = fields.Pairs("tags");
        if (fields.Nested("dataset") is { } set)
        {
            return new(set.Required("name"), set.Required("digest"), set.Required("source_type"), set.Required("source"),
                set.Text("schema"), set.Text("profile"), tags);
        }

        if (!fields.Has("dataset"))
            fields.Fail(Invalid("Dataset input must have a dataset associated with it."));
        return new("", "", "", "", null, null, tags);
    }

    private static Failure? Check(RunInput input) =>
        TooLong("name", input.Name, MaxName) ?? TooLong("digest", input.Digest, MaxDigest) ?? TooLong("source", input.Source, MaxSource)
        ?? TooLong("schema", input.Schema, MaxSchema) ?? TooLong("profile", input.Profile, MaxProfile)
        ?? input.Tags.Select(static t => TooLong("key", t.Key, MaxTagKey) ?? TooLong("value", t.Value, MaxTagValue)).FirstOrDefault(static f => f is not null);

    private static Failure? TooLong(string path, string? value, int max) => value?.Length > max ? Names.TooLong(path, value, max) : null;

    private static Failure Invalid(string message) => Failure.Invalid("tracking.invalid_field", message);
}
