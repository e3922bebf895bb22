using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>Schemas of a model's V2 requests and answers.</summary>
internal static class V2Schema
{
    public static JsonObject Request(ModelDeclaration model, LookupBinding? lookup = null) => TensorSchema.Object(
        new JsonObject
        {
            ["id"] = Text(),
            ["parameters"] = new JsonObject { ["type"] = "object" },
            ["inputs"] = Tensors(model.Inputs, lookup),
            ["outputs"] = TensorSchema.List(TensorSchema.Object(new JsonObject { ["name"] = Names(model.Outputs) }, "name")),
        },
        "inputs");

    public static JsonObject Answer(ModelDeclaration model) => TensorSchema.Object(
        new JsonObject { ["model_name"] = Text(), ["model_version"] = Text(), ["id"] = Text(), ["outputs"] = Tensors(model.Outputs) },
        "model_name", "model_version", "id", "outputs");

    /// <summary>One row of zeros.</summary>
    public static JsonObject Example(ModelDeclaration model) => new()
    {
        ["inputs"] = new JsonArray([.. model.Inputs.Select(static input => (JsonNode)new JsonObject
        {
            ["name"] = input.Name,
            ["shape"] = new JsonArray([.. input.Shape.Select(static size => (JsonNode)Math.Abs(size))]),
            ["datatype"] = input.Type.ToString(),
            ["data"] = TensorSchema.Zeros(input, 0),
        })]),
    };

    private static JsonObject Tensors(IReadOnlyList<ModelTensor> tensors, LookupBinding? lookup = null)
    {
        if (tensors.Count == 0)
            return TensorSchema.List(new JsonObject { ["type"] = "object" });
        var known = tensors.Select(static tensor => (JsonNode)TensorSchema.Object(
            new JsonObject
            {
                ["name"] = new JsonObject { ["const"] = tensor.Name },
                ["datatype"] = new JsonObject { ["const"] = tensor.Type.ToString() },
                ["shape"] = Shape(tensor),
                ["parameters"] = new JsonObject { ["type"] = "object" },
                ["data"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(TensorSchema.Nested(tensor, 0), TensorSchema.List(TensorSchema.Element(tensor.Type))),
                },
            },
            "name", "datatype", "shape"));
        return TensorSchema.List(new JsonObject { ["anyOf"] = new JsonArray([.. known, .. lookup is null ? Array.Empty<JsonNode>() : [LookupSchema.Tensor(lookup)]]) });
    }

    // Sizes in their places; -1 stands for any.
    private static JsonObject Shape(ModelTensor tensor) => new()
    {
        ["type"] = "array",
        ["prefixItems"] = new JsonArray([.. tensor.Shape.Select(static size => (JsonNode)(size < 0
            ? new JsonObject { ["type"] = "integer", ["minimum"] = 0 }
            : new JsonObject { ["const"] = size }))]),
        ["minItems"] = tensor.Shape.Count,
        ["maxItems"] = tensor.Shape.Count,
    };

    private static JsonObject Names(IReadOnlyList<ModelTensor> tensors) => tensors.Count == 0
        ? Text()
        : new() { ["enum"] = new JsonArray([.. tensors.Select(static tensor => (JsonNode)tensor.Name)]) };

    private static JsonObject Text() => new() { ["type"] = "string" };
}
