using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Finds which runtime serves a version, from what its package says.</summary>
internal static class Runtimes
{
    /// <summary>ONNX Runtime, in process.</summary>
    public const string Onnx = "onnx";

    /// <summary>Python worker processes.</summary>
    public const string Python = "python";

    /// <summary>An endpoint elsewhere.</summary>
    public const string Remote = "remote";

    /// <summary>How a version is to be loaded for a variant.</summary>
    /// <returns>As for the version alone, and <c>serving.remote_not_allowed</c>, <c>serving.remote_no_secret</c>.</returns>
    public static Result<ModelRecipe> ChooseFor(VariantSpec spec, WorkspaceId workspace, ModelPackage package, ServingOptions options) => spec.Remote is { } remote
        ? RemoteTarget.Choose(workspace, package, remote, options.Remote)
        : Choose(workspace, package, options);

    /// <summary>How a version is to be loaded.</summary>
    /// <returns><c>serving.no_files</c>, <c>serving.too_large</c>, <c>serving.no_runtime</c>, with the reason.</returns>
    public static Result<ModelRecipe> Choose(WorkspaceId workspace, ModelPackage package, ServingOptions options)
    {
        var what = $"Version {package.Version} of {package.Name}";
        if (package.State is not PackageStates.Stored || package.Folder is not { } folder || package.Sha256 is not { } sha256)
            return Failure.Conflict("serving.no_files", $"{what} cannot be served: the registry has no copy of its files ({package.State}). {package.Problem}".TrimEnd());
        if (package.Size > (long)options.MaxModelMb << 20)
            return Failure.Conflict("serving.too_large", $"{what} cannot be served: it has {package.Size >> 20} MiB, and Orrery:Serving:MaxModelMb is {options.MaxModelMb}.");
        if (OnnxFile(package) is { } file)
            return new ModelRecipe(Onnx, workspace, package.Name, package.Version, sha256, folder, package.Files, file, package.Document);
        if (PythonFlavors.Choose(package.Document) is not null)
            return new ModelRecipe(Python, workspace, package.Name, package.Version, sha256, folder, package.Files, "MLmodel", package.Document);
        var flavors = package.Document.Flavors is { Count: > 0 } named ? string.Join(", ", named.Select(static flavor => flavor.Key)) : "none";
        return Failure.Conflict("serving.no_runtime", $"{what} cannot be served: no runtime takes it (flavors: {flavors}). Served are the flavors onnx, sklearn, xgboost and python_function, and packages with one .onnx file.");
    }

    // As the flavor says, or the only one there is.
    private static string? OnnxFile(ModelPackage package)
    {
        if (package.Document.Flavors?["onnx"] is JsonObject flavor && flavor["data"] is JsonValue data && data.TryGetValue<string>(out var named))
        {
            var inside = package.Files.FirstOrDefault(file => file.Path == named || (file.Path.StartsWith(named + "/", StringComparison.Ordinal) && file.Path.EndsWith(".onnx", StringComparison.Ordinal)));
            if (inside is not null)
                return inside.Path;
        }

        var candidates = package.Files.Where(static file => file.Path.EndsWith(".onnx", StringComparison.Ordinal)).ToList();
        return candidates.Count == 1 ? candidates[0].Path : null;
    }
}
