using System.Globalization;
using System.Text.Json;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A historical request's JSON document.</summary>
internal static class HistoricalJson
{
    private static readonly string[] Known =
    [
        "entity_df", "features", "feature_service", "full_feature_names", "known_at", "timestamp_column", "output", "mode", "start", "end", "name", "project",
    ];

    /// <summary>
    /// Reads it; <c>features.request_invalid</c>, <c>features.body_invalid</c>, <c>features.entity_ragged</c>. What it keeps of the document is copied.
    /// </summary>
    public static Result<HistoricalCall> Read(JsonElement root, OutputFormat accepted, bool knownAt, bool isNative)
    {
        if (root.ValueKind is not JsonValueKind.Object)
            return Wrong("The body must be a JSON object.");
        if (isNative && BodyMembers.Problem(root, Known) is { } unknown)
            return unknown;
        try
        {
            var request = Request(root, knownAt);
            if (HistoricalReading.OutputOf(Text(root, "output")).Failed(out var wrong, out var output))
                return wrong;
            var columns = root.TryGetProperty("entity_df", out var rows) && rows.ValueKind is not JsonValueKind.Null ? Columns(rows) : null;
            if (Problem(request, columns) is { } problem)
                return Wrong(problem);
            return new HistoricalCall(request with { Output = output ?? accepted }, columns, null) { Project = Text(root, "project"), Name = Text(root, "name") };
        }
        catch (FormatException e)
        {
            return Wrong(e.Message);
        }
    }

    /// <summary>A request as the payload of a job and in manifests has it.</summary>
    public static void Write(Utf8JsonWriter json, HistoricalRequest request)
    {
        json.WriteStartObject();
        if (request.FeatureService is { } service)
            json.WriteString("feature_service"u8, service);
        json.WriteStartArray("features"u8);
        foreach (var feature in request.Features)
            json.WriteStringValue(feature);
        json.WriteEndArray();
        json.WriteBoolean("full_feature_names"u8, request.FullFeatureNames);
        json.WriteBoolean("known_at"u8, request.KnownAt);
        json.WriteString("timestamp_column"u8, request.Timestamp);
        json.WriteString("output"u8, request.Output.ToString().ToLowerInvariant());
        if (request.Mode is { } mode)
        {
            json.WriteString("mode"u8, mode);
            json.WriteString("start"u8, Moments.ToMoment(request.Start)!.Value.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("end"u8, Moments.ToMoment(request.End)!.Value.ToString("O", CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    /// <summary>A request as <see cref="Write"/> wrote it.</summary>
    /// <exception cref="FormatException">It did not.</exception>
    public static HistoricalRequest ReadRequest(JsonElement root) => Request(root, knownAt: false) with
    {
        Output = HistoricalReading.OutputOf(Text(root, "output")).Value ?? OutputFormat.Json,
    };

    private static HistoricalRequest Request(JsonElement root, bool knownAt) => new()
    {
        Features = Texts(root, "features"),
        FeatureService = Text(root, "feature_service"),
        FullFeatureNames = Flag(root, "full_feature_names") ?? false,
        KnownAt = Flag(root, "known_at") ?? knownAt,
        Timestamp = Text(root, "timestamp_column") ?? EntityLoader.DefaultTimestamp,
        Mode = Text(root, "mode"),
        Start = Moment(root, "start"),
        End = Moment(root, "end"),
    };

    private static string? Problem(HistoricalRequest request, EntityColumns? columns) => request.Mode switch
    {
        null => columns is null ? "Entity rows are missing: give 'entity_df', or 'mode' with 'start' and 'end'." : null,
        "snapshot" or "range" => columns is not null ? "Give either 'entity_df' or 'mode', not both."
            : request.Start > request.End ? "'start' is after 'end'."
            : request.End == 0 ? "'mode' needs 'start' and 'end'." : null,
        var other => $"The mode '{other}' is neither snapshot nor range.",
    };

    private static EntityColumns Columns(JsonElement rows)
    {
        if (rows.ValueKind is JsonValueKind.Object)
        {
            var columns = rows.EnumerateObject().ToList();
            return new([.. columns.Select(static c => c.Name)], [.. columns.Select(static c => c.Value.ValueKind is JsonValueKind.Array
                ? (IReadOnlyList<JsonElement>)[.. c.Value.EnumerateArray().Select(static value => value.Clone())]
                : throw new FormatException($"The column {c.Name} of 'entity_df' is not a list."))]);
        }

        if (rows.ValueKind is not JsonValueKind.Array)
            throw new FormatException("'entity_df' must be an object of columns or a list of rows.");
        var names = new List<string>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var values = new List<List<JsonElement>>();
        var nothing = JsonSerializer.SerializeToElement<string?>(null);
        var count = 0;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.ValueKind is not JsonValueKind.Object)
                throw new FormatException($"Row {count} of 'entity_df' is not an object.");
            foreach (var cell in row.EnumerateObject())
            {
                if (!places.TryGetValue(cell.Name, out var place))
                {
                    places[cell.Name] = place = names.Count;
                    names.Add(cell.Name);
                    values.Add([.. Enumerable.Repeat(nothing, count)]);
                }

                if (values[place].Count == count)
                    values[place].Add(cell.Value.Clone());
            }

            count++;
            foreach (var column in values.Where(column => column.Count < count))
                column.Add(nothing);
        }

        return new(names, [.. values]);
    }

    private static long Moment(JsonElement root, string name)
    {
        if (Text(root, name) is not { } text)
            return 0;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? Moments.Of(moment)
            : throw new FormatException($"'{name}' is '{text}', which is not an ISO 8601 time.");
    }

    private static string? Text(JsonElement root, string name) => !root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw new FormatException($"'{name}' must be a text.");

    private static bool? Flag(JsonElement root, string name) => !root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new FormatException($"'{name}' must be true or false.");

    private static List<string> Texts(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return [];
        if (value.ValueKind is not JsonValueKind.Array || value.EnumerateArray().Any(static item => item.ValueKind is not JsonValueKind.String))
            throw new FormatException($"'{name}' must be a list of texts.");
        return [.. value.EnumerateArray().Select(static item => item.GetString()!)];
    }

    private static Failure Wrong(string message) => Failure.Invalid("features.request_invalid", message);
}
