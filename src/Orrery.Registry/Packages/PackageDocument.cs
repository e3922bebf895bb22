using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Orrery.Kernel;

namespace Orrery.Registry;

/// <summary>What a package says of itself, in its <c>MLmodel</c> and its requirements. Nothing of it is to be trusted.</summary>
public sealed record PackageDocument
{
    /// <summary>Nothing was said.</summary>
    public static readonly PackageDocument Empty = new();

    /// <summary>By name: <c>python_function</c>, <c>onnx</c>; each with its own settings.</summary>
    public JsonObject? Flavors { get; init; }

    /// <summary>Columns or tensors that go in: a JSON list.</summary>
    public JsonNode? Inputs { get; init; }

    /// <summary>What comes out: a JSON list.</summary>
    public JsonNode? Outputs { get; init; }

    /// <summary>Parameters of a prediction: a JSON list.</summary>
    public JsonNode? Params { get; init; }

    /// <summary>Path of the input example in the package.</summary>
    public string? InputExample { get; init; }

    /// <summary>Lines of <c>requirements.txt</c>, without comments.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Of the python_function flavor.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Of the client that made it.</summary>
    public string? MlflowVersion { get; init; }

    /// <summary>The run that made it, as the package says.</summary>
    public string? RunId { get; init; }

    /// <summary>When it was made, as the package says.</summary>
    public string? CreatedAt { get; init; }

    /// <summary>Size as the package says, bytes.</summary>
    public long? ModelSizeBytes { get; init; }

    /// <summary>Reads an <c>MLmodel</c> file; <c>registry.invalid_yaml</c>.</summary>
    internal static Result<PackageDocument> Parse(string mlmodel)
    {
        if (UntrustedYaml.Read(mlmodel).Failed(out var wrong, out var root))
            return wrong;
        if (root is not JsonObject model)
            return Failure.Invalid("registry.invalid_yaml", "The MLmodel file is no mapping.");
        var flavors = model["flavors"] as JsonObject;
        var signature = model["signature"] as JsonObject;
        return new PackageDocument
        {
            Flavors = flavors?.DeepClone().AsObject(),
            Inputs = Embedded(signature?["inputs"]),
            Outputs = Embedded(signature?["outputs"]),
            Params = Embedded(signature?["params"]),
            InputExample = Text((model["saved_input_example_info"] as JsonObject)?["artifact_path"]),
            PythonVersion = Text((flavors?["python_function"] as JsonObject)?["python_version"]),
            MlflowVersion = Text(model["mlflow_version"]),
            RunId = Text(model["run_id"]),
            CreatedAt = Text(model["utc_time_created"]),
            ModelSizeBytes = model["model_size_bytes"] is JsonValue size && size.TryGetValue<long>(out var bytes) ? bytes : null,
        };
    }

    /// <summary>The lines of a requirements.txt that require something.</summary>
    internal static IReadOnlyList<string> ParseRequirements(string text) =>
    [
        .. text.Split('\n').Select(static line => line.Split(" #", 2)[0].Trim())
            .Where(static line => line.Length > 0 && !line.StartsWith('#') && RegistryText.CanBeStored(line)).Take(2000),
    ];

    internal static PackageDocument FromJson(string json) => JsonSerializer.Deserialize(json, PackageJson.Default.PackageDocument) ?? Empty;

    internal string ToJson() => JsonSerializer.Serialize(this, PackageJson.Default.PackageDocument);

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    // A signature's parts are JSON within the YAML.
    private static JsonNode? Embedded(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
            return node?.DeepClone();
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackageDocument))]
[JsonSerializable(typeof(ModelPackage))]
[JsonSerializable(typeof(PackageJob))]
internal sealed partial class PackageJson : JsonSerializerContext;
