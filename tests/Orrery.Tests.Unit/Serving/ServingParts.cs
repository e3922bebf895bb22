using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Testing;

namespace Orrery.Tests.Unit.Serving;

/// <summary>Deployments with real models, a log in a folder, and a clock that is moved by hand.</summary>
internal sealed class ServingParts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-serving-").FullName;
    private readonly ModelFiles _files;

    public ServingParts(ServingOptions? options = null, IBlobs? blobs = null)
    {
        Options = options ?? new ServingOptions();
        Blobs = blobs ?? new FileBlobs(Path.Combine(_folder, "blobs"), TimeProvider.System);
        Metrics = new(Time);
        Scratch = new(Path.Combine(_folder, "scratch"), TimeProvider.System);
        Lines = new(Options);
        Writing = new(Blobs, Scratch, Codes, Metrics, Options, Time, new TestLogger<LogWriting>());
        Log = new(Writing, Lines, Metrics, Options, Time, new TestLogger<PredictionLog>());
        Shadows = new(Log, Options, TimeProvider.System, new TestLogger<Shadows>());
        Reading = new(Blobs, Scratch);
        Remote = new(Options, Metrics, Time, NullLogger<RemoteRuntime>.Instance);
        _files = new(Blobs, Path.Combine(_folder, "models"));
        Loader = new(_files, new PythonRuntime(new ServingOptions(), Metrics, NullLogger<PythonRuntime>.Instance), Remote);
    }

    public static DeploymentKey Key { get; } = new(WorkspaceId.Default, "production", "churn");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 5, 8, 0, 0, TimeSpan.Zero));

    public ServingOptions Options { get; }

    public IBlobs Blobs { get; }

    public ServingMetrics Metrics { get; }

    public LogScratch Scratch { get; }

    public PredictionLines Lines { get; }

    public SubjectCodes Codes { get; } = new(new SecretBox([.. Enumerable.Range(0, 32).Select(static one => (byte)one)]));

    public LogWriting Writing { get; }

    public PredictionLog Log { get; }

    public Shadows Shadows { get; }

    public LogReading Reading { get; }

    public RemoteRuntime Remote { get; }

    public ModelLoader Loader { get; }

    public ActiveDeployment Deployment(DeploymentSpec spec, ulong seed = 1, DeploymentKey? key = null) => new(
        new(key ?? Key, 7, false, spec, "ann", 0, 0), [.. spec.Variants.Select(variant => new ActiveVariant(variant, Slot(variant), Metrics.Of(key ?? Key, variant)))],
        new Admission(null, 100, Time), seed);

    /// <summary>Has the model's file be where the loader looks.</summary>
    public void Install(string model, int version, byte[] onnx)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "models", $"{model}-{version}")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), onnx);
    }

    /// <summary>A request with one row of features, and the answer to it.</summary>
    public static InferenceCall Call(float[] features, long label, params float[] probabilities)
    {
        var call = new InferenceCall();
        var input = call.Inputs.Add();
        (input.Name, input.Type) = ("features", DataType.FP32);
        input.SetShape([1, features.Length]);
        foreach (var value in features)
            input.Add(value);
        call.Output("label", DataType.INT64, 1).Add(label);
        var output = call.Output("probabilities", DataType.FP32, 1, probabilities.Length);
        foreach (var value in probabilities)
            output.Add(value);
        return call;
    }

    public PredictionFacts Facts(string? user = null, string? entity = null, double milliseconds = 95, params string[] columns) =>
        new(Guid.CreateVersion7(Time.GetUtcNow()), Time.GetUtcNow(), TimeSpan.FromMilliseconds(milliseconds), user, entity, columns);

    public static VariantSpec Variant(string name, int weight, int version = 1) => new() { Name = name, Model = "churn-predictor", Version = $"{version}", Weight = weight };

    public void Dispose()
    {
        Shadows.Dispose();
        Log.Dispose();
        Writing.Dispose();
        Lines.Dispose();
        Reading.Dispose();
        Remote.Dispose();
        Metrics.Dispose();
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ModelSlot Slot(VariantSpec variant)
    {
        var recipe = new ModelRecipe(
            Runtimes.Onnx, WorkspaceId.Default, variant.Model, long.Parse(variant.Version, System.Globalization.CultureInfo.InvariantCulture), $"{variant.Model}-{variant.Version}",
            "", [], "model.onnx", new PackageDocument { Flavors = new JsonObject() });
        return new(recipe, new ModelOptions(Threads: 1), Loader, Metrics);
    }
}
