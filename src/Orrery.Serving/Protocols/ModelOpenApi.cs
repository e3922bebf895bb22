using System.Text.Json.Nodes;

namespace Orrery.Serving;

/// <summary>The OpenAPI document of one model: how it is asked over V1 and V2, with an example of each that it takes.</summary>
internal static class ModelOpenApi
{
    /// <summary>Makes the document.</summary>
    /// <param name="basePath">Before <c>/v1</c> and <c>/v2</c>: workspace and environment.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="model">What it takes and gives.</param>
    /// <param name="lookup">What is looked up for it; null for nothing.</param>
    public static JsonObject Document(string basePath, string name, ModelDeclaration model, LookupBinding? lookup = null) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject { ["title"] = name, ["version"] = "1", ["description"] = $"Predictions of the model {name} ({model.Platform})." },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = basePath.Length > 0 ? basePath : "/" }),
        ["paths"] = new JsonObject
        {
            [$"/v1/models/{name}:predict"] = Operation("predict", "Predicts, V1 protocol.", V1Schema.Request(model, lookup), V1Schema.Example(model), V1Schema.Answer(model)),
            [$"/v2/models/{name}/infer"] = Operation("infer", "Predicts, Open Inference Protocol (V2).", V2Schema.Request(model, lookup), V2Schema.Example(model), V2Schema.Answer(model)),
        },
    };

    private static JsonObject Operation(string id, string summary, JsonObject request, JsonObject example, JsonObject answer)
    {
        var error = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["error"] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray("error"),
        };
        return new()
        {
            ["post"] = new JsonObject
            {
                ["operationId"] = id,
                ["summary"] = summary,
                ["requestBody"] = new JsonObject
                {
                    ["required"] = true,
                    ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = request, ["example"] = example } },
                },
                ["responses"] = new JsonObject
                {
                    ["200"] = Response("The prediction.", answer),
                    ["default"] = Response("Refused, and why.", error),
                },
            },
        };
    }

    private static JsonObject Response(string description, JsonObject schema) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
    };
}
