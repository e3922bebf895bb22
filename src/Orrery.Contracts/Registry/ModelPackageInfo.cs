using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What is known of a version's package: answer of <c>GET /api/v1/models/{name}/versions/{version}/package</c>.</summary>
public sealed record ModelPackageInfo
{
    /// <summary><c>stored</c>, <c>external</c>, <c>missing</c> or <c>refused</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>What is wrong with it; absent when nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Where it was read from.</summary>
    public string? Source { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long Size { get; init; }

    /// <summary>SHA-256 over its files; absent without files.</summary>
    public string? Sha256 { get; init; }

    /// <summary>When it was read, Unix milliseconds.</summary>
    public long? ReadAt { get; init; }

    /// <summary>What it says of itself; nothing of it is to be trusted.</summary>
    public ModelPackageDocument Document { get => field ?? new(); init; }

    /// <summary>By path.</summary>
    public IReadOnlyList<ModelPackageFile> Files { get => field ?? []; init; }
}

/// <summary>What a package says of itself, in its <c>MLmodel</c> and its requirements.</summary>
public sealed record ModelPackageDocument
{
    /// <summary>By name, each with its own settings.</summary>
    public JsonElement? Flavors { get; init; }

    /// <summary>Columns or tensors that go in: a list.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>What comes out: a list.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>Parameters of a prediction: a list.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>Path of the input example in the package.</summary>
    public string? InputExample { get; init; }

    /// <summary>Lines of <c>requirements.txt</c>.</summary>
    public IReadOnlyList<string> Requirements { get => field ?? []; init; }

    /// <summary>Of the python_function flavor.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Of the client that made it.</summary>
    public string? MlflowVersion { get; init; }
}

/// <summary>A file of a package.</summary>
/// <param name="Path">In the package.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ModelPackageFile(string Path, long Size, string Sha256);
