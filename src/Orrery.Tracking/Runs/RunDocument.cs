using System.Text.Json;

namespace Orrery.Tracking;

/// <summary>A run and all that is logged to it, but for its histories.</summary>
/// <param name="Info">Its row.</param>
/// <param name="Metrics">The latest value of each.</param>
/// <param name="Params">By key.</param>
/// <param name="Tags">By key.</param>
/// <param name="Inputs">Data sets it read.</param>
/// <param name="Models">Logged models it read or made.</param>
public sealed record RunDocument(
    Run Info,
    IReadOnlyList<LoggedMetric> Metrics,
    IReadOnlyList<Pair> Params,
    IReadOnlyList<Pair> Tags,
    IReadOnlyList<RunInput> Inputs,
    IReadOnlyList<RunModel> Models);

/// <summary>A data set that a run read.</summary>
/// <param name="Name">Of the data set.</param>
/// <param name="Digest">Of its content.</param>
/// <param name="SourceType">As the client says: <c>local</c>, <c>s3</c>.</param>
/// <param name="Source">JSON, as the client says.</param>
/// <param name="Schema">JSON; null for none.</param>
/// <param name="Profile">JSON; null for none.</param>
/// <param name="Tags">Of the input: <c>mlflow.data.context</c>.</param>
public sealed record RunInput(
    string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile, IReadOnlyList<Pair> Tags);

/// <summary>A logged model that a run read or made.</summary>
/// <param name="ModelId"><c>m-</c> and 32 hex.</param>
/// <param name="IsOutput">Made, else read.</param>
/// <param name="Step">Of training, for outputs.</param>
public sealed record RunModel(string ModelId, bool IsOutput, long Step);

/// <summary>MLflow's JSON of runs.</summary>
internal static class RunJson
{
    public static void Write(Utf8JsonWriter json, RunDocument run)
    {
        json.WriteStartObject();
        json.WritePropertyName("info"u8);
        WriteInfo(json, run.Info);
        json.WriteStartObject("data"u8);
        WriteMetrics(json, run.Metrics);
        json.WritePairs("params"u8, run.Params);
        json.WritePairs("tags"u8, run.Tags);
        json.WriteEndObject();
        WriteInputs(json, run);
        if (run.Models.Any(static m => m.IsOutput))
            WriteModels(json, "outputs"u8, "model_outputs"u8, [.. run.Models.Where(static m => m.IsOutput)]);
        json.WriteEndObject();
    }

    public static void WriteInfo(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject();
        json.WriteString("run_uuid"u8, run.RunId);
        json.WriteString("experiment_id"u8, run.ExperimentId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("run_name"u8, run.Name);
        json.WriteString("user_id"u8, run.User);
        json.WriteString("status"u8, run.Status);
        json.WriteNumber("start_time"u8, run.StartedAt);
        if (run.EndedAt is { } ended)
            json.WriteNumber("end_time"u8, ended);
        json.WriteString("artifact_uri"u8, run.ArtifactUri);
        json.WriteString("lifecycle_stage"u8, run.Stage);
        json.WriteString("run_id"u8, run.RunId);
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, IReadOnlyList<LoggedMetric> metrics)
    {
        if (metrics.Count == 0)
            return;
        json.WriteStartArray("metrics"u8);
        foreach (var metric in metrics)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, metric.Key);
            json.WriteMetricValue("value"u8, metric.Point.Value);
            json.WriteNumber("timestamp"u8, metric.Point.At);
            json.WriteNumber("step"u8, metric.Point.Step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInputs(Utf8JsonWriter json, RunDocument run)
    {
        json.WriteStartObject("inputs"u8);
        if (run.Inputs.Count > 0)
        {
            json.WriteStartArray("dataset_inputs"u8);
            foreach (var input in run.Inputs)
                WriteInput(json, input);
            json.WriteEndArray();
        }

        var models = run.Models.Where(static m => !m.IsOutput).ToList();
        if (models.Count > 0)
        {
            json.WriteStartArray("model_inputs"u8);
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("model_id"u8, model.ModelId);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, RunInput input)
    {
        json.WriteStartObject();
        json.WritePairs("tags"u8, input.Tags);
        json.WriteStartObject("dataset"u8);
        json.WriteString("name"u8, input.Name);
        json.WriteString("digest"u8, input.Digest);
        json.WriteString("source_type"u8, input.SourceType);
        json.WriteString("source"u8, input.Source);
        json.WriteOptional("schema"u8, input.Schema);
        json.WriteOptional("profile"u8, input.Profile);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteModels(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> list, List<RunModel> models)
    {
        json.WriteStartObject(name);
        json.WriteStartArray(list);
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("model_id"u8, model.ModelId);
            json.WriteNumber("step"u8, model.Step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
