using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Orrery.Server;

/// <summary>
/// What <c>operations.json</c> says of calls whose endpoints read and write JSON by hand: for each call a sentence, the fields it
/// takes and those it gives, by type. The type <c>bytes</c> in place of fields is a body that is no JSON.
/// </summary>
internal sealed class OperationTable
{
    private readonly JsonElement _operations;
    private readonly JsonElement _messages;
    private readonly JsonElement _enums;

    private OperationTable(JsonElement root)
    {
        _operations = root.GetProperty("operations");
        _messages = root.GetProperty("messages");
        _enums = root.GetProperty("enums");
    }

    public static OperationTable Read()
    {
        using var stream = typeof(OperationTable).Assembly.GetManifestResourceStream("Orrery.Server.OpenApi.operations.json")!;
        using var document = JsonDocument.Parse(stream);
        return new(document.RootElement.Clone());
    }

    /// <summary>Adds the schemas that fields refer to.</summary>
    public void AddSchemas(OpenApiDocument document)
    {
        foreach (var message in _messages.EnumerateObject())
            document.AddComponent(message.Name, ObjectOf(message.Value, document));
        foreach (var @enum in _enums.EnumerateObject())
        {
            document.AddComponent(@enum.Name, new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. @enum.Value.EnumerateArray().Select(static name => (JsonNode)name.GetString()!)],
            });
        }
    }

    /// <summary>Finds a call.</summary>
    /// <param name="method">GET, POST, ...</param>
    /// <param name="path">With <c>{}</c> for its parameters, without MLflow's root.</param>
    public OperationFields? Find(string method, string path) => _operations.TryGetProperty($"{method} {path}", out var found)
        ? new(found[0].GetString()!, found[1], found[2])
        : null;

    /// <summary>An object of these fields.</summary>
    public static OpenApiSchema ObjectOf(JsonElement fields, OpenApiDocument document) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.EnumerateObject().ToDictionary(static field => field.Name, field => SchemaOf(field.Value.GetString()!, document)),
    };

    /// <summary>The schema of a type as the table writes it.</summary>
    public static IOpenApiSchema SchemaOf(string type, OpenApiDocument document) => type switch
    {
        _ when type.EndsWith("[]", StringComparison.Ordinal) => new OpenApiSchema { Type = JsonSchemaType.Array, Items = SchemaOf(type[..^2], document) },
        "string" => new OpenApiSchema { Type = JsonSchemaType.String },
        "bool" => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        "int32" or "int64" => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = type },
        "double" => new OpenApiSchema { Type = JsonSchemaType.Number, Format = type },
        "map<string,string>" => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String } },
        _ => new OpenApiSchemaReference(type, document),
    };
}

/// <summary>What is known of a call.</summary>
/// <param name="Summary">A sentence.</param>
/// <param name="Takes">An object of fields and types, or the text <c>bytes</c>.</param>
/// <param name="Gives">Likewise.</param>
internal sealed record OperationFields(string Summary, JsonElement Takes, JsonElement Gives);
