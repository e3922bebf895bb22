using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>What metadata and OpenAPI documents tell of features that are looked up.</summary>
internal static class LookupSchema
{
    /// <summary>For metadata of V2: the keys that may be given instead of features.</summary>
    public static JsonObject Metadata(LookupBinding binding)
    {
        var lookup = binding.Lookup;
        var told = new JsonObject { ["project"] = lookup.Project };
        if (lookup.Service is { } service)
            told["service"] = service;
        told["inputs"] = new JsonArray([.. lookup.Inputs.Select(static input => (JsonNode)new JsonObject
        {
            ["name"] = input.Name,
            ["datatype"] = Type(input.Type).ToString(),
            ["shape"] = new JsonArray(-1),
            ["key"] = input.IsKey,
        })]);
        told["columns"] = new JsonArray([.. binding.Columns.Where(static column => column.Feature >= 0).Select(column => (JsonNode)new JsonObject
        {
            ["name"] = column.Name,
            ["feature"] = lookup.Features[column.Feature].Reference,
        })]);
        return told;
    }

    /// <summary>A row of a V1 request: keys, and whatever the caller knows better.</summary>
    public static JsonObject Row(LookupBinding binding)
    {
        var properties = new JsonObject();
        foreach (var input in binding.Lookup.Inputs)
            properties[input.Name] = Input(input.Type);
        foreach (var column in binding.Columns.Where(column => !properties.ContainsKey(column.Name)))
            properties[column.Name] = TensorSchema.Element(column.Type);
        var row = TensorSchema.Object(
            properties,
            [.. binding.Lookup.Inputs.Where(static input => input.IsKey).Select(static input => input.Name), .. binding.Columns.Where(static column => column.Feature < 0).Select(static column => column.Name)]);
        row["additionalProperties"] = false;
        row["description"] = $"Columns that are not given are looked up by {binding.Keys}.";
        return row;
    }

    /// <summary>A tensor of a V2 request that is a key or a column, a value for each row.</summary>
    public static JsonObject Tensor(LookupBinding binding)
    {
        var names = binding.Lookup.Inputs.Select(static input => input.Name).Concat(binding.Names).Distinct();
        var tensor = TensorSchema.Object(
            new JsonObject
            {
                ["name"] = new JsonObject { ["enum"] = new JsonArray([.. names.Select(static name => (JsonNode)name)]) },
                ["datatype"] = new JsonObject { ["type"] = "string" },
                ["shape"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 }, ["minItems"] = 1, ["maxItems"] = 2 },
                ["parameters"] = new JsonObject { ["type"] = "object" },
                ["data"] = new JsonObject { ["type"] = "array" },
            },
            "name", "datatype", "shape");
        tensor["description"] = $"A value for each row; columns that are not given are looked up by {binding.Keys}.";
        return tensor;
    }

    private static DataType Type(string type) => type switch
    {
        "int64" or "unix_timestamp" => DataType.INT64,
        "int32" => DataType.INT32,
        "float64" => DataType.FP64,
        "float32" => DataType.FP32,
        "bool" => DataType.BOOL,
        _ => DataType.BYTES,
    };

    // A whole number may be written for a text, and the other way round.
    private static JsonObject Input(string type) => new()
    {
        ["type"] = Type(type) switch
        {
            DataType.BOOL => "boolean",
            DataType.FP32 or DataType.FP64 => "number",
            _ => new JsonArray("integer", "string"),
        },
    };
}
