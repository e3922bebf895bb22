using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>Schemas of a model's V1 requests and answers.</summary>
internal static class V1Schema
{
    public static JsonObject Request(ModelDeclaration model, LookupBinding? lookup = null) =>
        TensorSchema.Object(new JsonObject { ["instances"] = TensorSchema.List(lookup is null ? Row(model) : Either(Row(model), LookupSchema.Row(lookup))) }, "instances");

    public static JsonObject Answer(ModelDeclaration model) =>
        TensorSchema.Object(new JsonObject { ["predictions"] = TensorSchema.List(model.Outputs.Count == 1 ? TensorSchema.Nested(model.Outputs[0], 1) : new JsonObject()) }, "predictions");

    /// <summary>One row of zeros, with names where there are any.</summary>
    public static JsonObject Example(ModelDeclaration model) => new() { ["instances"] = new JsonArray(ExampleRow(model)) };

    private static JsonObject Either(JsonObject row, JsonObject other)
    {
        if (row["anyOf"] is not JsonArray kinds)
            return new() { ["anyOf"] = new JsonArray(row, other) };
        kinds.Add((JsonNode)other);
        return row;
    }

    private static JsonObject Row(ModelDeclaration model)
    {
        if (model.Inputs.Count > 1)
            return Named(model.Inputs.Select(static input => (input.Name, input.Type)));
        if (model.Inputs.Count == 0)
            return [];
        var row = TensorSchema.Nested(model.Inputs[0], 1);
        return HasColumns(model)
            ? new() { ["anyOf"] = new JsonArray(Named(model.Columns.Select(name => (name, model.Inputs[0].Type))), row) }
            : row;
    }

    private static JsonNode ExampleRow(ModelDeclaration model)
    {
        if (model.Inputs.Count > 1)
            return new JsonObject(model.Inputs.Select(static input => KeyValuePair.Create(input.Name, (JsonNode?)TensorSchema.Zero(input.Type))));
        if (model.Inputs.Count == 0)
            return new JsonArray(0);
        return HasColumns(model)
            ? new JsonObject(model.Columns.Select(name => KeyValuePair.Create(name, (JsonNode?)TensorSchema.Zero(model.Inputs[0].Type))))
            : TensorSchema.Zeros(model.Inputs[0], 1);
    }

    private static bool HasColumns(ModelDeclaration model) => model.Columns.Count > 0 && model.Inputs[0].Type.Width() > 0;

    private static JsonObject Named(IEnumerable<(string Name, DataType Type)> columns)
    {
        var known = columns.ToList();
        var row = TensorSchema.Object(
            new JsonObject(known.Select(static column => KeyValuePair.Create(column.Name, (JsonNode?)TensorSchema.Element(column.Type)))),
            [.. known.Select(static column => column.Name)]);
        row["additionalProperties"] = false;
        return row;
    }
}
