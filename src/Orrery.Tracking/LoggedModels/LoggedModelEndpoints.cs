using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Tracking;

/// <summary>MLflow 3's logged-models/*.</summary>
internal sealed class LoggedModelEndpoints(LoggedModels models, Artifacts artifacts, ArtifactContent content)
{
    private const long DefaultPage = 50;
    private const long MaxPage = 100;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMlflow("POST", "logged-models", Permissions.Write, CreateAsync);
        app.MapMlflow("POST", "logged-models/search", Permissions.Read, SearchAsync);
        app.MapMlflow("GET", "logged-models/{id}", Permissions.Read, GetAsync);
        app.MapMlflow("PATCH", "logged-models/{id}", Permissions.Write, FinalizeAsync);
        app.MapMlflow("DELETE", "logged-models/{id}", Permissions.Write, DeleteAsync);
        app.MapMlflow("PATCH", "logged-models/{id}/tags", Permissions.Write, SetTagsAsync);
        app.MapMlflow("DELETE", "logged-models/{id}/tags/{**key}", Permissions.Write, RemoveTagAsync);
        app.MapMlflow("POST", "logged-models/{id}/params", Permissions.Write, SetParamsAsync);
        app.MapMlflow("GET", "logged-models/{id}/artifacts/directories", Permissions.Read, ListArtifactsAsync);
        app.MapGet("/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files", GetFileAsync).WithTags("MLflow").RequirePermission(Permissions.Read);
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var asked = new NewLoggedModel(
            fields.RequiredId("experiment_id"), fields.Text("name"), NullIfEmpty(fields.Text("model_type")), NullIfEmpty(fields.Text("source_run_id")),
            fields.Pairs("params"), fields.Pairs("tags"));
        return fields.Failure ?? Answer(call, await models.CreateAsync(call.Actor, asked, call.Cancel));
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call) => Answer(call, await models.GetAsync(call.Actor, call.Route("id"), call.Cancel));

    private async ValueTask<Failure?> FinalizeAsync(MlflowCall call)
    {
        if (call.Fields.Enum("status", LoggedModelStatus.Wire, first: 0) is not { } status)
            return MlflowFields.Missing("status");
        return Answer(call, await models.FinalizeAsync(call.Actor, call.Route("id"), LoggedModelStatus.FromWire(status), call.Cancel));
    }

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call) => (await models.DeleteAsync(call.Actor, call.Route("id"), call.Cancel)).Failure;

    private async ValueTask<Failure?> SetTagsAsync(MlflowCall call)
    {
        var tags = call.Fields.Pairs("tags");
        return call.Fields.Failure ?? Check(tags) ?? (await models.SetTagsAsync(call.Actor, call.Route("id"), tags, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call) =>
        (await models.RemoveTagAsync(call.Actor, call.Route("id"), call.RouteWithSlashes("key"), call.Cancel)).Failure;

    private async ValueTask<Failure?> SetParamsAsync(MlflowCall call)
    {
        var pairs = call.Fields.Pairs("params");
        return call.Fields.Failure ?? Check(pairs) ?? (await models.SetParamsAsync(call.Actor, call.Route("id"), pairs, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var experiments = fields.Texts("experiment_ids").Select(Experiments.ParseId).OfType<long>().Distinct().ToArray();
        var max = fields.MaxResults(DefaultPage, MaxPage);
        var filter = SearchGrammar.LoggedModels.ParseFilter(fields.Text("filter"));
        var order = LoggedModelOrder.Parse([.. fields.Objects("order_by").Select(static o => new LoggedModelOrder(
            o.Text("field_name"), o.Bool("ascending") ?? true, o.Text("dataset_name"), o.Text("dataset_digest")))]);
        var datasets = fields.Objects("datasets").Select(static d => new DatasetScope(d.Required("dataset_name"), NullIfEmpty(d.Text("dataset_digest")))).ToArray();
        var token = NullIfEmpty(fields.Text("page_token"));
        if ((fields.Failure ?? filter.Failure ?? order.Failure) is { } wrong)
            return wrong;
        var found = await models.SearchAsync(call.Actor, new(experiments, LoggedModelStatus.Resolve(filter.Value), order.Value, datasets, (int)max, token), call.Cancel);
        if (found.Failed(out var failure, out var page))
            return failure;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("models"u8);
            foreach (var model in page.Items)
                Write(call.Json, model);
            call.Json.WriteEndArray();
        }

        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> ListArtifactsAsync(MlflowCall call)
    {
        if (ArtifactPath.ParseFolder(call.Fields.Text("artifact_directory_path")).Failed(out var wrong, out var folder))
            return wrong;
        if ((await models.GetAsync(call.Actor, call.Route("id"), call.Cancel)).Failed(out var unknown, out var model))
            return unknown;
        if (ArtifactUri.PathOf(model.ArtifactUri) is not { } root)
            return ArtifactUri.Elsewhere(model.ArtifactUri);
        call.Json.WriteString("root_uri"u8, model.ArtifactUri);
        var listing = await artifacts.ListAsync(call.Actor, folder.Length == 0 ? root : $"{root}/{folder}", call.Cancel);
        ArtifactEndpoints.WriteFiles(call.Json, listing, folder);
        return null;
    }

    private async Task GetFileAsync(HttpContext context)
    {
        var found = await FindFileAsync(context);
        if (found.Failed(out var failure, out var path))
            await Refusals.WriteAsync(context, failure);
        else
            await content.SendAsync(context, path);
    }

    private async ValueTask<Result<ArtifactPath>> FindFileAsync(HttpContext context)
    {
        if (ArtifactPath.Parse(context.Request.Query["artifact_file_path"].FirstOrDefault()).Failed(out var wrong, out var inModel))
            return wrong;
        if ((await models.GetAsync(context.Actor(), (string)context.Request.RouteValues["id"]!, context.RequestAborted)).Failed(out var unknown, out var model))
            return unknown;
        return ArtifactUri.PathOf(model.ArtifactUri) is { } root ? ArtifactPath.Parse($"{root}/{inModel.Full}") : ArtifactUri.Elsewhere(model.ArtifactUri);
    }

    private static Failure? Check(IReadOnlyList<Pair> pairs) => pairs.Select(static p => Names.CheckKey(p.Key, "key")).FirstOrDefault(static f => f is not null);

    private static Failure? Answer(MlflowCall call, Result<LoggedModel> found)
    {
        if (found.Failed(out var failure, out var model))
            return failure;
        call.Json.WritePropertyName("model"u8);
        Write(call.Json, model);
        return null;
    }

    private static void Write(Utf8JsonWriter json, LoggedModel model)
    {
        json.WriteStartObject();
        json.WriteStartObject("info"u8);
        json.WriteString("model_id"u8, model.ModelId);
        json.WriteString("experiment_id"u8, model.ExperimentId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("name"u8, model.Name);
        json.WriteNumber("creation_timestamp_ms"u8, model.CreatedAt);
        json.WriteNumber("last_updated_timestamp_ms"u8, model.UpdatedAt);
        json.WriteString("artifact_uri"u8, model.ArtifactUri);
        json.WriteString("status"u8, LoggedModelStatus.ToWire(model.Status));
        json.WriteOptional("model_type"u8, model.ModelType);
        json.WriteOptional("source_run_id"u8, model.SourceRunId);
        json.WritePairs("tags"u8, model.Tags);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        json.WritePairs("params"u8, model.Params);
        WriteMetrics(json, model);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, LoggedModel model)
    {
        if (model.Metrics.Count == 0)
            return;
        json.WriteStartArray("metrics"u8);
        foreach (var (metric, runId) in model.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, metric.Key);
            json.WriteMetricValue("value"u8, metric.Point.Value);
            json.WriteNumber("timestamp"u8, metric.Point.At);
            json.WriteNumber("step"u8, metric.Point.Step);
            json.WriteOptional("dataset_name"u8, metric.DatasetName);
            json.WriteOptional("dataset_digest"u8, metric.DatasetDigest);
            json.WriteString("model_id"u8, model.ModelId);
            json.WriteString("run_id"u8, runId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
