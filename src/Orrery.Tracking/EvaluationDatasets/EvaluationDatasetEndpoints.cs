using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>MLflow 3.4's datasets/*.</summary>
internal sealed class EvaluationDatasetEndpoints(EvaluationDatasets datasets)
{
    private const long DefaultPage = 1000;
    private const long MaxPage = 50_000;
    private static readonly string[] Roots = ["/api/3.0/mlflow/datasets/", "/ajax-api/3.0/mlflow/datasets/"];
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var root in Roots)
        {
            app.MapMlflowAt("POST", root + "create", Permissions.Write, CreateAsync);
            app.MapMlflowAt("GET,POST", root + "search", Permissions.Read, SearchAsync);
            app.MapMlflowAt("GET", root + "{dataset_id}", Permissions.Read, GetAsync);
            app.MapMlflowAt("DELETE", root + "{dataset_id}", Permissions.Write, DeleteAsync);
            app.MapMlflowAt("PATCH", root + "{dataset_id}/tags", Permissions.Write, SetTagsAsync);
            app.MapMlflowAt("DELETE", root + "{dataset_id}/tags/{**key}", Permissions.Write, RemoveTagAsync);
            app.MapMlflowAt("POST", root + "{dataset_id}/records", Permissions.Write, UpsertAsync);
            app.MapMlflowAt("GET", root + "{dataset_id}/records", Permissions.Read, RecordsAsync);
            app.MapMlflowAt("GET", root + "{dataset_id}/experiment-ids", Permissions.Read, ExperimentsAsync);
            app.MapMlflowAt("POST", root + "{dataset_id}/add-experiments", Permissions.Write, LinkAsync);
            app.MapMlflowAt("POST", root + "{dataset_id}/remove-experiments", Permissions.Write, UnlinkAsync);
        }
    }

    private async ValueTask<Failure?> CreateAsync(MlflowCall call)
    {
        var (name, experiments, tags) = (call.Fields.Required("name"), call.Fields.Texts("experiment_ids"), call.Fields.Text("tags"));
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if (ReadTags(tags).Failed(out var bad, out var pairs))
            return bad;
        if ((await datasets.CreateAsync(call.Actor, name, experiments, pairs, call.Cancel)).Failed(out var refused, out var dataset))
            return refused;
        call.Json.WritePropertyName("dataset"u8);
        Write(call.Json, dataset, experiments);
        return null;
    }

    private async ValueTask<Failure?> GetAsync(MlflowCall call) => Answer(call, await datasets.GetAsync(call.Actor, call.Route("dataset_id"), call.Cancel));

    private async ValueTask<Failure?> DeleteAsync(MlflowCall call) => (await datasets.DeleteAsync(call.Actor, call.Route("dataset_id"), call.Cancel)).Failure;

    private async ValueTask<Failure?> SearchAsync(MlflowCall call)
    {
        var fields = call.Fields;
        var asked = fields.Texts("experiment_ids");
        var experiments = asked.Count == 0 ? null : asked.Select(Experiments.ParseId).OfType<long>().Distinct().ToArray();
        var max = fields.MaxResults(DefaultPage, MaxPage);
        var filter = SearchGrammar.EvaluationDatasets.ParseFilter(fields.Text("filter_string"));
        var order = SearchGrammar.EvaluationDatasets.ParseOrder(fields.Texts("order_by"));
        var token = NullIfEmpty(fields.Text("page_token"));
        if ((fields.Failure ?? filter.Failure ?? order.Failure) is { } wrong)
            return wrong;
        var found = await datasets.SearchAsync(call.Actor, new(experiments, filter.Value, order.Value, (int)max, token), call.Cancel);
        if (found.Failed(out var refused, out var page))
            return refused;
        if (page.Items.Count > 0)
        {
            call.Json.WriteStartArray("datasets"u8);
            foreach (var dataset in page.Items)
                Write(call.Json, dataset, experiments: []);
            call.Json.WriteEndArray();
        }

        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> SetTagsAsync(MlflowCall call)
    {
        var tags = call.Fields.Required("tags");
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if (ReadTags(tags).Failed(out var bad, out var pairs))
            return bad;
        return (await datasets.SetTagsAsync(call.Actor, call.Route("dataset_id"), pairs, call.Cancel)).Failure;
    }

    private async ValueTask<Failure?> RemoveTagAsync(MlflowCall call) =>
        (await datasets.RemoveTagAsync(call.Actor, call.Route("dataset_id"), call.RouteWithSlashes("key"), call.Cancel)).Failure;

    private async ValueTask<Failure?> UpsertAsync(MlflowCall call)
    {
        var (records, user) = (call.Fields.Required("records"), NullIfEmpty(call.Fields.Text("updated_by")));
        if (call.Fields.Failure is { } wrong)
            return wrong;
        if (GivenRecord.ReadAll(records).Failed(out var bad, out var given))
            return bad;
        if ((await datasets.UpsertAsync(call.Actor, call.Route("dataset_id"), given, user, call.Cancel)).Failed(out var refused, out var counts))
            return refused;
        call.Json.WriteNumber("inserted_count"u8, counts.Inserted);
        call.Json.WriteNumber("updated_count"u8, counts.Updated);
        return null;
    }

    private async ValueTask<Failure?> RecordsAsync(MlflowCall call)
    {
        var (max, token) = (call.Fields.MaxResults(DefaultPage, MaxPage), NullIfEmpty(call.Fields.Text("page_token")));
        if (call.Fields.Failure is { } wrong)
            return wrong;
        var id = call.Route("dataset_id");
        if ((await datasets.RecordsAsync(call.Actor, id, (int)max, token, call.Cancel)).Failed(out var refused, out var page))
            return refused;
        var text = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(text, Relaxed))
        {
            json.WriteStartArray();
            foreach (var record in page.Items)
                Write(json, id, record);
            json.WriteEndArray();
        }

        call.Json.WriteString("records"u8, text.WrittenSpan);
        call.Json.WriteOptional("next_page_token"u8, page.NextToken);
        return null;
    }

    private async ValueTask<Failure?> ExperimentsAsync(MlflowCall call)
    {
        WriteExperiments(call.Json, (await datasets.ExperimentsAsync(call.Actor, call.Route("dataset_id"), call.Cancel)).ConvertAll(static id => id.ToString(CultureInfo.InvariantCulture)));
        return null;
    }

    private async ValueTask<Failure?> LinkAsync(MlflowCall call)
    {
        var experiments = call.Fields.Texts("experiment_ids");
        return call.Fields.Failure ?? Answer(call, await datasets.LinkAsync(call.Actor, call.Route("dataset_id"), experiments, call.Cancel));
    }

    private async ValueTask<Failure?> UnlinkAsync(MlflowCall call)
    {
        var experiments = call.Fields.Texts("experiment_ids");
        return call.Fields.Failure ?? Answer(call, await datasets.UnlinkAsync(call.Actor, call.Route("dataset_id"), experiments, call.Cancel));
    }

    /// <summary>Tags come as a JSON object in a text. A null sets nothing; what is no text is taken as its JSON.</summary>
    private static Result<IReadOnlyList<Pair>> ReadTags(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Array.Empty<Pair>();
        if (EvaluationJson.Parse("tags", text).Failed(out var wrong, out var node))
            return wrong;
        if (node is not JsonObject tags)
            return Failure.Invalid("tracking.invalid_json", "'tags' must be a text that holds a JSON object of keys and values.");
        return (Pair[])[.. from tag in tags
                           where tag.Value is not null
                           select new Pair(tag.Key, tag.Value is JsonValue value && value.TryGetValue<string>(out var plain) ? plain : EvaluationJson.Text(tag.Value))];
    }

    private static Failure? Answer(MlflowCall call, Result<EvaluationDataset> found)
    {
        if (found.Failed(out var refused, out var dataset))
            return refused;
        call.Json.WritePropertyName("dataset"u8);
        Write(call.Json, dataset, experiments: []);
        return null;
    }

    // As MLflow does, only the answer to its creation names a data set's experiments: clients ask for them when they need them.
    private static void Write(Utf8JsonWriter json, EvaluationDataset dataset, IReadOnlyList<string> experiments)
    {
        json.WriteStartObject();
        json.WriteString("dataset_id"u8, dataset.DatasetId);
        json.WriteString("name"u8, dataset.Name);
        json.WriteString("tags"u8, EvaluationJson.Text(dataset.Tags));
        json.WriteOptional("schema"u8, dataset.Schema);
        if (dataset.RecordCount > 0)
            json.WriteString("profile"u8, string.Create(CultureInfo.InvariantCulture, $$"""{"num_records": {{dataset.RecordCount}}}"""));
        json.WriteString("digest"u8, dataset.Digest);
        json.WriteNumber("created_time"u8, dataset.CreatedAt);
        json.WriteNumber("last_update_time"u8, dataset.UpdatedAt);
        json.WriteOptional("created_by"u8, dataset.CreatedBy);
        json.WriteOptional("last_updated_by"u8, dataset.UpdatedBy);
        WriteExperiments(json, experiments);
        json.WriteEndObject();
    }

    private static void WriteExperiments(Utf8JsonWriter json, IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            return;
        json.WriteStartArray("experiment_ids"u8);
        foreach (var id in ids)
            json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string datasetId, EvaluationRecord record)
    {
        json.WriteStartObject();
        json.WriteString("dataset_record_id"u8, record.RecordId);
        json.WriteString("dataset_id"u8, datasetId);
        WriteRaw(json, "inputs"u8, record.Inputs);
        WriteRaw(json, "outputs"u8, record.Outputs);
        WriteRaw(json, "expectations"u8, record.Expectations);
        WriteRaw(json, "tags"u8, record.Tags);
        if (record is { SourceType: { } type, SourceData: { } data })
        {
            json.WriteStartObject("source"u8);
            json.WriteString("source_type"u8, type);
            WriteRaw(json, "source_data"u8, data);
            json.WriteEndObject();
            json.WriteString("source_type"u8, type);
            json.WriteOptional("source_id"u8, SourceId(type, data));
        }

        json.WriteNumber("created_time"u8, record.CreatedAt);
        json.WriteNumber("last_update_time"u8, record.UpdatedAt);
        json.WriteOptional("created_by"u8, record.CreatedBy);
        json.WriteOptional("last_updated_by"u8, record.UpdatedBy);
        json.WriteEndObject();
    }

    private static string? SourceId(string type, string data) =>
        JsonNode.Parse(data)![type == "TRACE" ? "trace_id" : "source_id"] is JsonValue id && id.TryGetValue<string>(out var text) ? text : null;

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(text, skipInputValidation: true);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
