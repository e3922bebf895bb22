using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>
/// Reads events of OpenLineage 2-0-2: RunEvent, JobEvent and DatasetEvent. What the specification requires is required; facets may be any producer's,
/// and are kept without being understood.
/// </summary>
internal static class EventReader
{
    /// <summary>Longest event in bytes. Spark's logical plans are long.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Most data sets of an event.</summary>
    public const int MostDatasets = 2_000;

    /// <summary>Most edges that an event may mean.</summary>
    public const int MostEdges = 20_000;

    private const int MaxName = 4_000;
    private static readonly string[] EventTypes = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    /// <summary>Reads an event; <c>lineage.invalid_event</c> names the field, <c>lineage.event_too_large</c>.</summary>
    public static Result<OpenLineageEvent> Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
            return new Failure(FailureKind.TooLarge, "lineage.event_too_large", $"The event has {body.Length} bytes; {MaxBytes} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return Read(document.RootElement, body);
        }
        catch (JsonException broken)
        {
            return Failure.Invalid("lineage.invalid_event", $"The body is no JSON: {broken.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException or DecoderFallbackException)
        {
            return Failure.Invalid("lineage.invalid_event", "The body has a text that is no Unicode: half of a surrogate pair, or bytes that are not UTF-8.");
        }
    }

    private static Result<OpenLineageEvent> Read(JsonElement root, ReadOnlyMemory<byte> body)
    {
        if (root.ValueKind is not JsonValueKind.Object)
            return Wrong("", $"is {Kind(root)}; an event is an object");
        var fields = new EventFields();
        var at = Time(fields, root);
        var producer = fields.Uri(root, "producer");
        fields.Uri(root, "schemaURL");
        var (isRun, hasJob, isDataset) = (root.TryGetProperty("run", out var run), root.TryGetProperty("job", out var job), root.TryGetProperty("dataset", out var dataset));
        if (!isRun && !hasJob && !isDataset)
            fields.Fail("run", "is missing: an event has 'run' and 'job', or 'job', or 'dataset'");
        var drawing = new EventDrawing(fields, at);
        string? runId = null, type = null;
        GraphNode? node = null;
        if (isRun)
        {
            runId = fields.RunId(run);
            type = EventType(fields, root);
        }

        if (isRun || (hasJob && !isDataset))
            node = drawing.Job(hasJob ? job : default, "job");
        if (isDataset && !isRun)
            drawing.Single(dataset);
        else if (node is not null)
            drawing.Flow(root, node, hasFailed: type is "FAIL" or "ABORT");
        if (fields.Failure is { } wrong)
            return wrong;
        return new OpenLineageEvent(isRun ? "run" : isDataset ? "dataset" : "job", at, producer)
        {
            Id = HashOf(root),
            Body = Encoding.UTF8.GetString(body.Span),
            EventType = type,
            RunId = runId,
            Job = node?.Key,
            Edges = drawing.Edges,
            Nodes = drawing.Nodes,
        };
    }

    private static long Time(EventFields fields, JsonElement root)
    {
        var text = fields.Text(root, "eventTime", "", MaxName);
        if (text.Length == 0)
            return 0;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Contains('T', StringComparison.OrdinalIgnoreCase))
            return time.ToUnixTimeMilliseconds();
        fields.Fail("eventTime", $"is '{EventFields.Clip(text)}'; it must be a time as 2026-11-20T10:00:00.000Z");
        return 0;
    }

    private static string? EventType(EventFields fields, JsonElement root)
    {
        if (!root.TryGetProperty("eventType", out _))
            return null;
        var type = fields.Text(root, "eventType", "", MaxName);
        if (type.Length > 0 && !EventTypes.Contains(type))
            fields.Fail("eventType", $"is '{EventFields.Clip(type)}'; it must be one of {string.Join(", ", EventTypes)}");
        return type;
    }

    private static string HashOf(JsonElement root)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = 256 }))
            root.WriteTo(json);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static Failure Wrong(string path, string problem) => Failure.Invalid("lineage.invalid_event", $"{(path.Length == 0 ? "The event" : path)} {problem}.");

    internal static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "missing",
        _ => "a boolean",
    };
}
