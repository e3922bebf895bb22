using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>JSON Schema (draft 2020-12) of tensors' elements and lists, and values that fit.</summary>
internal static class TensorSchema
{
    /// <summary>Of one element. Floats that JSON has no number for are null.</summary>
    public static JsonObject Element(DataType type) => type switch
    {
        DataType.BOOL => new() { ["type"] = "boolean" },
        DataType.BYTES => new() { ["type"] = "string" },
        _ when type.IsFloat() => new() { ["type"] = new JsonArray("number", "null") },
        DataType.INT8 => Whole(sbyte.MinValue, sbyte.MaxValue),
        DataType.INT16 => Whole(short.MinValue, short.MaxValue),
        DataType.INT32 => Whole(int.MinValue, int.MaxValue),
        DataType.UINT8 => Whole(0, byte.MaxValue),
        DataType.UINT16 => Whole(0, ushort.MaxValue),
        DataType.UINT32 => Whole(0, uint.MaxValue),
        DataType.UINT64 => new() { ["type"] = "integer", ["minimum"] = 0 },
        _ => new() { ["type"] = "integer" },
    };

    /// <summary>Lists in lists, from a dimension on.</summary>
    public static JsonObject Nested(ModelTensor tensor, int level)
    {
        if (level >= tensor.Shape.Count)
            return Element(tensor.Type);
        var list = List(Nested(tensor, level + 1));
        if (tensor.Shape[level] >= 0)
            (list["minItems"], list["maxItems"]) = (tensor.Shape[level], tensor.Shape[level]);
        return list;
    }

    public static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>Zeros in lists in lists, from a dimension on; open sizes are 1.</summary>
    public static JsonNode Zeros(ModelTensor tensor, int level) => level >= tensor.Shape.Count
        ? Zero(tensor.Type)
        : new JsonArray([.. Enumerable.Range(0, (int)Math.Min(Math.Abs(tensor.Shape[level]), 10_000)).Select(_ => Zeros(tensor, level + 1))]);

    public static JsonNode Zero(DataType type) => type switch
    {
        DataType.BOOL => JsonValue.Create(false),
        DataType.BYTES => JsonValue.Create(""),
        _ => JsonValue.Create(0),
    };

    public static JsonObject Object(JsonObject properties, params string[] required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = new JsonArray([.. required.Select(static name => (JsonNode)name)]),
    };

    private static JsonObject Whole(long least, long most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };
}
