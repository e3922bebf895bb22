using System.Text.Json;

namespace Orrery.Features;

/// <summary>A training set as JSON.</summary>
internal static class TrainingSetJson
{
    /// <summary>What listings show.</summary>
    public static void Summary(Utf8JsonWriter json, TrainingSet set)
    {
        json.WriteString("training_set_id"u8, set.Id);
        json.WriteString("project"u8, set.Project);
        json.WriteString("name"u8, set.Name);
        json.WriteString("state"u8, set.State);
        json.WriteString("created_by"u8, set.CreatedBy);
        json.WriteNumber("created_at"u8, set.CreatedAt);
        if (set.Job is { } job)
            json.WriteString("job_id"u8, job);
        if (set.ContentHash is { } hash)
            json.WriteString("content_hash"u8, hash);
        if (set.Rows is { } rows)
            json.WriteNumber("row_count"u8, rows);
        if (set.Size is { } size)
            json.WriteNumber("size"u8, size);
        if (set.Problem is { } problem)
            json.WriteString("problem"u8, problem);
    }

    /// <summary>All of it.</summary>
    public static void Members(Utf8JsonWriter json, TrainingSet set)
    {
        Summary(json, set);
        if (set.Manifest is not { } manifest)
            return;
        json.WritePropertyName("manifest"u8);
        json.WriteRawValue(manifest);
        if (set.Statistics is { } statistics)
        {
            json.WritePropertyName("statistics"u8);
            json.WriteRawValue(statistics);
        }

        var made = TrainingSets.ManifestOf(set)!;
        Further(json, made);
        json.WritePropertyName("dataset_input"u8);
        DatasetInput(json, set, made);
    }

    // What a reader should not have to look for in the manifest.
    private static void Further(Utf8JsonWriter json, Manifest manifest)
    {
        json.WritePropertyName("warnings"u8);
        JsonSerializer.Serialize(json, manifest.Warnings ?? [], ManifestJson.Default.IReadOnlyListString);
        if (manifest.OptedOutRows is { } left)
            json.WriteNumber("opted_out_rows"u8, left);
        json.WritePropertyName("quality"u8);
        JsonSerializer.Serialize(json, manifest.Quality ?? [], ManifestJson.Default.IReadOnlyListManifestQuality);
    }

    /// <summary>What MLflow's <c>runs/log-inputs</c> takes, so that a run says what it was trained on.</summary>
    private static void DatasetInput(Utf8JsonWriter json, TrainingSet set, Manifest manifest)
    {
        json.WriteStartObject();
        json.WriteStartObject("dataset"u8);
        json.WriteString("name"u8, set.Name);
        json.WriteString("digest"u8, TrainingData.DigestOf(manifest.ContentHash));
        json.WriteString("source_type"u8, TrainingData.SourceType);
        json.WriteString("source"u8, Text(source =>
        {
            source.WriteString("project"u8, set.Project);
            source.WriteString("training_set_id"u8, set.Id);
            source.WriteString("content_hash"u8, manifest.ContentHash);
        }));
        json.WriteString("schema"u8, Text(schema =>
        {
            schema.WriteStartArray("mlflow_colspec"u8);
            foreach (var column in manifest.Columns)
            {
                schema.WriteStartObject();
                schema.WriteString("type"u8, MlflowType(column.Type));
                schema.WriteString("name"u8, column.Name);
                schema.WriteBoolean("required"u8, false);
                schema.WriteEndObject();
            }

            schema.WriteEndArray();
        }));
        json.WriteString("profile"u8, Text(profile =>
        {
            profile.WriteNumber("num_rows"u8, manifest.RowCount);
            profile.WriteNumber("num_elements"u8, manifest.RowCount * manifest.Columns.Count);
        }));
        json.WriteEndObject();
        json.WriteStartArray("tags"u8);
        json.WriteStartObject();
        json.WriteString("key"u8, "mlflow.data.context"u8);
        json.WriteString("value"u8, "training"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string MlflowType(string? type) => type switch
    {
        "bool" => "boolean",
        "int32" => "integer",
        "int64" => "long",
        "float32" => "float",
        "float64" => "double",
        "bytes" => "binary",
        "unix_timestamp" => "datetime",
        _ => "string",
    };

    private static string Text(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
