using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Tracking;

/// <summary>
/// The type of each field that the records of a data set have, as the first record that has the field shows it:
/// <c>{"inputs": {"question": "string"}, "outputs": {}, "expectations": {}, "version": "1.0"}</c>. Outputs that are no object have
/// one type in place of the fields.
/// </summary>
internal static class EvaluationSchema
{
    private const string Empty = """{"inputs": {}, "outputs": {}, "expectations": {}, "version": "1.0"}""";

    /// <summary>The schema, widened by the fields of these records.</summary>
    public static string? Widen(string? before, IReadOnlyList<GivenRecord> records)
    {
        if (records.Count == 0)
            return before;
        var schema = JsonNode.Parse(before ?? Empty)!.AsObject();
        foreach (var record in records)
        {
            Widen(schema, "inputs", record.Inputs);
            Widen(schema, "expectations", record.Expectations);
            if (record.Outputs is null or JsonObject)
                Widen(schema, "outputs", record.Outputs as JsonObject);
            else if (schema["outputs"] is JsonObject { Count: 0 })
                schema["outputs"] = TypeOf(record.Outputs);
        }

        return EvaluationJson.Text(schema);
    }

    private static void Widen(JsonObject schema, string part, JsonObject? fields)
    {
        if (fields is null || schema[part] is not JsonObject known)
            return;
        foreach (var (key, value) in fields)
            known.TryAdd(key, TypeOf(value));
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "integer",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
