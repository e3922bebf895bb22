using System.Text.Json.Nodes;

namespace Orrery.Tests.Unit;

/// <summary>Values that a schema of the API's description allows, the same each time; and what is wrong with others.</summary>
internal sealed class SchemaSample(JsonObject schemas)
{
    private const int Deepest = 11;
    private const string Id = "0198f3a2c4d57e6f8a9b0c1d2e3f4051";

    /// <summary>Values of fields by their names, wherever they stand.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal)
    {
        ["state"] = "succeeded",
        ["status"] = "FINISHED",
        ["name"] = "churn",
        ["model"] = "churn",
        ["version"] = "3",
        ["environment"] = "staging",
        ["lifecycle_stage"] = "active",
        ["artifact_uri"] = "mlflow-artifacts:/1/r/artifacts",
        ["kind"] = "person",
        ["currency"] = "USD",
        ["month"] = "2026-10",
        ["path"] = "model/model.onnx",
        ["sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    };

    /// <summary>Fields that are absent.</summary>
    public HashSet<string> Without { get; } = [];

    /// <summary>A value of a schema; null when it goes too deep.</summary>
    public JsonNode? Of(JsonNode schema, bool paged, string name = "", int depth = 0)
    {
        var real = Resolve(schema);
        if (depth > Deepest)
            return null;
        if ((real["oneOf"] ?? real["anyOf"])?.AsArray() is { } choices)
            return Of(choices.First(static one => one!["type"]?.ToString() is not "null")!, paged, name, depth + 1);
        if (real["allOf"]?.AsArray() is { } all)
            return Of(all[0]!, paged, name, depth + 1);
        if (real["enum"]?.AsArray() is { } values)
            return Values.TryGetValue(name, out var fixedValue) && values.Any(one => one is not null && one.ToString() == fixedValue) ? fixedValue : values.First(static one => one is not null)!.DeepClone();
        return Type(real) switch
        {
            "object" => Object(real, paged, depth),
            "array" => Of(real["items"] ?? new JsonObject(), paged, Singular(name), depth + 1) is { } item ? new JsonArray(item) : new JsonArray(),
            "integer" => Number(name),
            "number" => JsonValue.Create(0.25),
            "boolean" => JsonValue.Create(Values.TryGetValue(name, out var truth) ? truth is "true" : name is not "running"),
            "string" => Text(real, name),
            _ => JsonValue.Create("any"),
        };
    }

    /// <summary>What a body has that the schema has not, and lacks that it must have.</summary>
    public IEnumerable<string> Problems(JsonNode? body, JsonNode schema, string at = "body")
    {
        var real = Resolve(schema);
        if (real["oneOf"] is not null || real["anyOf"] is not null || real["allOf"] is not null)
            yield break;
        if (body is JsonArray items && real["items"] is { } of)
        {
            foreach (var problem in items.SelectMany((one, index) => Problems(one, of, $"{at}[{index}]")))
                yield return problem;
        }

        if (body is not JsonObject given || real["properties"]?.AsObject() is not { } known)
            yield break;
        foreach (var must in (real["required"]?.AsArray() ?? []).Select(static one => (string)one!).Where(must => !given.ContainsKey(must)))
            yield return $"{at} lacks '{must}'.";
        foreach (var (key, value) in given)
        {
            if (!known.TryGetPropertyName(key, out var property))
            {
                if (real["additionalProperties"] is null)
                    yield return $"{at} has '{key}', which is not described.";
                continue;
            }

            foreach (var problem in Problems(value, property, $"{at}.{key}"))
                yield return problem;
        }
    }

    private JsonObject Object(JsonObject schema, bool paged, int depth)
    {
        var made = new JsonObject();
        foreach (var (key, property) in schema["properties"]?.AsObject() ?? [])
        {
            // Failures and ends of pages are cases of their own.
            if ((key is "error" or "next_page_token" && (key is "error" || paged)) || Without.Contains(key))
                continue;
            if (Of(property!, paged, key, depth + 1) is { } value)
                made[key] = value;
        }

        if (schema["properties"] is null && schema["additionalProperties"] is JsonObject of && Of(of, paged, "", depth + 1) is { } one)
            made["key"] = one;
        return made;
    }

    private JsonObject Resolve(JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? Resolve(schemas[reference.Split('/')[^1]] ?? new JsonObject()) : schema.AsObject();

    private static string Type(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(static one => (string)one!).Contains("integer") ? "integer"
            : several.Select(static one => (string)one!).Contains("number") ? "number" : (string)several.First(static one => (string)one! is not "null")!,
        JsonValue one => (string)one!,
        _ => schema["properties"] is not null ? "object" : "any",
    };

    private JsonValue Number(string name) => name switch
    {
        _ when Values.TryGetValue(name, out var text) && long.TryParse(text, out var value) => JsonValue.Create(value),
        _ when name.EndsWith("time", StringComparison.Ordinal) || name.EndsWith("timestamp", StringComparison.Ordinal) => JsonValue.Create(1_790_000_000_000),
        _ => JsonValue.Create(3),
    };

    private JsonNode Text(JsonObject schema, string name)
    {
        if (Values.TryGetValue(name, out var value))
            return value;
        return (string?)schema["format"] switch
        {
            "date-time" => "2026-11-22T12:00:00+00:00",
            "date" => "2026-11-22",
            "uuid" => Id,
            "uri" => "https://orrery.example.com/x",
            "byte" => "AQID",
            "duration" => "00:01:00",
            _ => name is "id" || name.EndsWith("_id", StringComparison.Ordinal) ? Id : name.EndsWith("_at", StringComparison.Ordinal) ? "2026-11-22T12:00:00+00:00" : $"a {name.Replace('_', ' ')}",
        };
    }

    private static string Singular(string name) => name.EndsWith('s') ? name[..^1] : name;
}

/// <summary>Looks a property up.</summary>
internal static class SchemaProperties
{
    public static bool TryGetPropertyName(this JsonObject properties, string name, out JsonNode schema)
    {
        schema = properties[name] ?? new JsonObject();
        return properties.ContainsKey(name);
    }
}
