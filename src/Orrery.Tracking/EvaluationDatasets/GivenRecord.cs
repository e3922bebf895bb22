using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>A record as a client sends it.</summary>
/// <param name="Inputs">What tells it from others.</param>
/// <param name="InputHash">Of the inputs.</param>
internal sealed record GivenRecord(JsonObject Inputs, string InputHash)
{
    private static readonly string[] SourceTypes = ["UNSPECIFIED", "TRACE", "HUMAN", "DOCUMENT", "CODE"];

    /// <summary>False leaves the outputs that there are.</summary>
    public bool HasOutputs { get; private init; }

    public JsonNode? Outputs { get; private init; }

    public JsonObject? Expectations { get; private init; }

    public JsonObject? Tags { get; private init; }

    public string? SourceType { get; private init; }

    public JsonObject? SourceData { get; private init; }

    /// <summary>Who wrote it; null when it does not say.</summary>
    public string? User => Tags?[EvaluationRecord.UserTag] is JsonValue value && value.TryGetValue<string>(out var user) ? user : null;

    /// <summary>Reads the records of an upsert; <c>tracking.invalid_records</c>.</summary>
    /// <param name="text">A JSON array of objects.</param>
    public static Result<IReadOnlyList<GivenRecord>> ReadAll(string text)
    {
        if (EvaluationJson.Parse("records", text).Failed(out var wrong, out var root))
            return wrong;
        if (root is not JsonArray array)
            return Invalid("records", "must be a JSON array of objects");
        var records = new List<GivenRecord>(array.Count);
        foreach (var item in array)
        {
            if (Read(item, string.Create(CultureInfo.InvariantCulture, $"records[{records.Count}]")).Failed(out var bad, out var record))
                return bad;
            records.Add(record);
        }

        return records;
    }

    private static Result<GivenRecord> Read(JsonNode? item, string path)
    {
        if (item is not JsonObject given)
            return Invalid(path, "must be an object");
        foreach (var name in (ReadOnlySpan<string>)["inputs", "expectations", "tags", "source"])
        {
            if (given[name] is { } part and not JsonObject)
                return Invalid($"{path}.{name}", $"must be an object, not {part.GetValueKind().ToString().ToLowerInvariant()}");
        }

        var inputs = given["inputs"] as JsonObject ?? new JsonObject();
        var source = given["source"] as JsonObject;
        var type = source is null ? null : TypeOf(source);
        if (source is not null && !SourceTypes.Contains(type))
            return Invalid($"{path}.source.source_type", $"is an Invalid dataset record source type: {type}. Valid source types: {PythonText.List(SourceTypes)}");
        if (source?["source_data"] is { } data and not JsonObject)
            return Invalid($"{path}.source.source_data", $"must be an object, not {data.GetValueKind().ToString().ToLowerInvariant()}");
        return new GivenRecord(inputs, EvaluationJson.Hash(inputs))
        {
            HasOutputs = given.ContainsKey("outputs"),
            Outputs = given["outputs"],
            Expectations = given["expectations"] as JsonObject,
            Tags = given["tags"] as JsonObject,
            SourceType = type,
            SourceData = source is null ? null : source["source_data"] as JsonObject ?? new JsonObject(),
        };
    }

    private static string? TypeOf(JsonObject source) =>
        source["source_type"] is { } type && type.GetValueKind() is JsonValueKind.String ? type.GetValue<string>().ToUpperInvariant() : null;

    private static Failure Invalid(string path, string what) => Failure.Invalid("tracking.invalid_records", $"'{path}' {what}.");
}
