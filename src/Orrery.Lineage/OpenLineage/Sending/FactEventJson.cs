using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Orrery.Lineage;

/// <summary>Writes a RunEvent of OpenLineage 2-0-2. What the standard has no facet for is in facets that begin with <c>orrery_</c>.</summary>
internal static class FactEventJson
{
    /// <summary>Who wrote the event.</summary>
    public const string Producer = "urn:orrery:server";

    private const string Schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private const int LongestError = 2_000;

    /// <summary>The event, UTF-8 without a line break.</summary>
    public static ReadOnlyMemory<byte> Write(FactEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType", e.Fact.Type);
            json.WriteString("eventTime", Time(e.Fact.At));
            json.WriteString("producer", Producer);
            json.WriteString("schemaURL", Schema);
            Run(json, e);
            Job(json, e);
            Datasets(json, "inputs", e.Inputs);
            Datasets(json, "outputs", e.Outputs);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Run(Utf8JsonWriter json, FactEvent e)
    {
        json.WriteStartObject("run");
        json.WriteString("runId", e.RunId.ToString("D"));
        json.WriteStartObject("facets");
        if (e.Fact.StartedAt is { } started)
        {
            Facet(json, "nominalTime", "1-0-1", "NominalTimeRunFacet");
            json.WriteString("nominalStartTime", Time(started));
            json.WriteString("nominalEndTime", Time(e.Fact.At));
            json.WriteEndObject();
        }

        if (e.Fact.Error is { } error)
        {
            Facet(json, "errorMessage", "1-0-1", "ErrorMessageRunFacet");
            json.WriteString("message", error.Length > LongestError ? error[..LongestError] : error);
            json.WriteString("programmingLanguage", "unknown");
            json.WriteEndObject();
        }

        Own(json, "orrery_run");
        json.WriteString("kind", e.Fact.Kind);
        json.WriteString("key", e.Fact.Key);
        if (e.Commit is { } commit)
            json.WriteString("codeCommit", commit);
        if (e.Environment is { } environment)
            json.WriteString("environmentHash", environment);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Job(Utf8JsonWriter json, FactEvent e)
    {
        json.WriteStartObject("job");
        json.WriteString("namespace", e.Space);
        json.WriteString("name", e.Job);
        json.WriteStartObject("facets");
        Facet(json, "jobType", "2-0-3", "JobTypeJobFacet");
        json.WriteString("processingType", "BATCH");
        json.WriteString("integration", "ORRERY");
        json.WriteString("jobType", e.Fact.JobType ?? "MODEL");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Datasets(Utf8JsonWriter json, string name, IReadOnlyList<FactDataset> sets)
    {
        json.WriteStartArray(name);
        foreach (var set in sets)
        {
            json.WriteStartObject();
            json.WriteString("namespace", set.Space);
            json.WriteString("name", set.Name);
            json.WriteStartObject("facets");
            if (set.Version is { } version)
            {
                Facet(json, "version", "1-0-1", "DatasetVersionDatasetFacet");
                json.WriteString("datasetVersion", version);
                json.WriteEndObject();
            }

            if (set.Columns.Count > 0)
                Columns(json, set.Columns);
            Own(json, "orrery_node");
            json.WriteString("kind", set.Node.Kind);
            json.WriteString("key", set.Node.Key);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Columns(Utf8JsonWriter json, IReadOnlyList<FactColumn> columns)
    {
        Facet(json, "schema", "1-1-1", "SchemaDatasetFacet");
        json.WriteStartArray("fields");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        Facet(json, "columnLineage", "1-2-0", "ColumnLineageDatasetFacet");
        json.WriteStartObject("fields");
        foreach (var column in columns.Where(static column => column.From.Count > 0))
        {
            json.WriteStartObject(column.Name);
            json.WriteStartArray("inputFields");
            foreach (var (space, name, field) in column.From)
            {
                json.WriteStartObject();
                json.WriteString("namespace", space);
                json.WriteString("name", name);
                json.WriteString("field", field);
                if (column.Details.TryGetValue((space, name, field), out var detail))
                    Transformations(json, detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Transformations(Utf8JsonWriter json, string detail)
    {
        using var document = JsonDocument.Parse(detail);
        if (document.RootElement.ValueKind is not JsonValueKind.Object || !document.RootElement.TryGetProperty("transformations", out var transformations))
            return;
        json.WritePropertyName("transformations");
        transformations.WriteTo(json);
    }

    private static void Facet(Utf8JsonWriter json, string name, string version, string schema)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", Producer);
        json.WriteString("_schemaURL", $"https://openlineage.io/spec/facets/{version}/{schema}.json#/$defs/{schema}");
    }

    private static void Own(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", Producer);
        json.WriteString("_schemaURL", $"urn:orrery:openlineage:{name}:1");
    }

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
