using System.Text.Json.Nodes;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>What a package says of its files, as the loaders read it.</summary>
internal sealed class PackageFacts
{
    private readonly IReadOnlyDictionary<string, long> _sizes;

    private PackageFacts(IReadOnlyDictionary<string, long> sizes) => _sizes = sizes;

    /// <summary>The model itself, when it is a pickle.</summary>
    public string? Pickle { get; private init; }

    /// <summary>Whether the flavor lets a pickle make functions and classes of its own.</summary>
    public bool IsCloudpickle { get; private init; }

    /// <summary>Modules of the model's own code.</summary>
    public IReadOnlyList<string> Modules { get; private init; } = [];

    /// <summary>Folder of the model's own code, with a slash at its end; null for none.</summary>
    public string? CodeFolder { get; private init; }

    /// <summary>The ONNX model, or a folder with it, as the flavor names it.</summary>
    public string? Onnx { get; private init; }

    public static PackageFacts Of(PackageDocument document, IReadOnlyList<PackageFile> files, AllowList allowed)
    {
        var (sklearn, function) = (document.Flavors?["sklearn"] as JsonObject, document.Flavors?["python_function"] as JsonObject);
        var code = sklearn is null ? Text(function, "code") : null;
        var folder = code is { Length: > 0 } ? code.TrimEnd('/') + "/" : null;
        return new(files.ToDictionary(static file => file.Path, static file => file.Size, StringComparer.Ordinal))
        {
            Pickle = Model(sklearn, function),
            IsCloudpickle = sklearn is not null ? Text(sklearn, "serialization_format") is null or "cloudpickle" : function is not null,
            CodeFolder = folder,
            Modules = folder is null ? [] : ModulesIn(folder, files, allowed),
            Onnx = Text(document.Flavors?["onnx"] as JsonObject, "data"),
        };
    }

    /// <summary>Bytes of a file of the package; null when there is none.</summary>
    public long? SizeOf(string path) => _sizes.TryGetValue(path, out var size) ? size : null;

    public bool IsOnnx(string path) => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || path == Onnx;

    private static string? Model(JsonObject? sklearn, JsonObject? function)
    {
        if (sklearn is not null)
            return Text(sklearn, "pickled_model") ?? "model.pkl";
        return Text(function, "loader_module") switch
        {
            "mlflow.sklearn" => Text(function, "model_path") ?? Text(function, "data") ?? "model.pkl",
            "mlflow.pyfunc.model" => Text(function, "python_model") ?? "python_model.pkl",
            _ => null,
        };
    }

    // A file that is called as one of Python's own does not make that one harmless.
    private static List<string> ModulesIn(string folder, IReadOnlyList<PackageFile> files, AllowList allowed) =>
    [
        .. files.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal))
            .Select(file => file.Path[folder.Length..])
            .Select(static rest => rest.Contains('/', StringComparison.Ordinal) ? rest[..rest.IndexOf('/', StringComparison.Ordinal)] : Path.GetFileNameWithoutExtension(rest))
            .Where(name => name.Length > 0 && !allowed.IsStandard(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static string? Text(JsonObject? flavor, string key) => flavor?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
