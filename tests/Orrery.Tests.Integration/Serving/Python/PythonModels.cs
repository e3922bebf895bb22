using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Models that Debian's scikit-learn and XGBoost made, with what they predict there.</summary>
public sealed class PythonModels : IAsyncLifetime
{
    public const string Executable = "/usr/bin/python3";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Holds a package by model.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("orrery-models-").FullName;

    /// <summary>A file that the hostile models make when they run.</summary>
    internal string Marker => Path.Combine(Folder, "hostile", "marker");

    public async ValueTask InitializeAsync()
    {
        // The hostile ones, which run as nobody, could reach it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        using var making = Process.Start(new ProcessStartInfo(Executable, [Repository.PathOf("tests", "Orrery.Tests.Integration", "Serving", "Python", "make_models.py"), Folder])
        {
            RedirectStandardError = true,
        })!;
        var errors = await making.StandardError.ReadToEndAsync(Cancel);
        await making.WaitForExitAsync(Cancel);
        if (errors.Contains("ModuleNotFoundError", StringComparison.Ordinal))
            Needed.Missing($"Run eng/install-test-needs.sh: {errors}");
        Assert.True(making.ExitCode == 0, errors);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        Metrics.Dispose();
        return default;
    }

    /// <summary>The model's flavors, signature, instances and predictions.</summary>
    internal JsonNode Expected(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!;

    /// <summary>The files of a package, for the registry.</summary>
    internal (string Path, byte[] Content)[] Files(string name)
    {
        var folder = Path.Combine(Folder, name);
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(folder, path), File.ReadAllBytes(path)))];
    }

    internal ServingMetrics Metrics { get; } = new(TimeProvider.System);

    internal async Task<PythonModel> OpenAsync(string name, PythonOptions? python = null, ModelOptions? shape = null)
    {
        var package = Expected(name);
        var document = new PackageDocument { Flavors = package["flavors"]!.AsObject(), Inputs = package["inputs"] };
        var recipe = new ModelRecipe(Runtimes.Python, default, name, 1, "", "", [], "MLmodel", document);
        var runtime = new PythonRuntime(new ServingOptions { Python = python ?? new() }, Metrics, NullLogger<PythonRuntime>.Instance);
        return await runtime.OpenAsync(recipe, Path.Combine(Folder, name), shape ?? new(1), Cancel);
    }
}
