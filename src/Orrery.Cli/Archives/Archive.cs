using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Orrery.Cli;

/// <summary>Where things lie in an archive; the README describes it. Names from outside never leave it.</summary>
internal sealed partial class Archive(string root)
{
    public const string Format = "orrery-mlflow-archive";
    public const int FormatVersion = 1;

    public string Root { get; } = Path.GetFullPath(root);

    public string Manifest => Path.Combine(Root, "manifest.json");

    public string Experiments => Path.Combine(Root, "experiments.jsonl");

    public string RegisteredModels => Path.Combine(Root, "registered-models.jsonl");

    public string ModelVersions => Path.Combine(Root, "model-versions.jsonl");

    public string Runs(string experimentId) => Path.Combine(Root, "runs", Safe(experimentId) + ".jsonl");

    public string LoggedModels(string experimentId) => Path.Combine(Root, "logged-models", Safe(experimentId) + ".jsonl");

    public string Metrics(string runId) => Path.Combine(Root, "metrics", Shard(runId), Safe(runId) + ".jsonl");

    public string RunFiles(string runId) => Path.Combine(Root, "artifacts", "runs", Shard(runId), Safe(runId));

    public string ModelFiles(string modelId) => Path.Combine(Root, "artifacts", "logged-models", Shard(modelId), Safe(modelId));

    /// <summary>The files that the manifest holds the hashes of; those name the hashes of all others.</summary>
    public IEnumerable<string> Indexes() => new[] { Experiments, RegisteredModels, ModelVersions }
        .Concat(In("runs"))
        .Concat(In("logged-models"))
        .Where(File.Exists)
        .Order(StringComparer.Ordinal);

    /// <summary>A path relative to the archive, with slashes.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>A path below a folder.</summary>
    /// <exception cref="InvalidDataException">It would leave the folder.</exception>
    public static string Below(string folder, string path)
    {
        var inside = Path.GetFullPath(Path.Combine(folder, path));
        if (!inside.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"The path '{path}' leaves {folder}.");
        return inside;
    }

    public static async Task<ArchivedFile> HashAsync(string file, string path, CancellationToken cancel)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, useAsync: true);
        var hash = await SHA256.HashDataAsync(stream, cancel);
        return new(path, stream.Length, Convert.ToHexStringLower(hash));
    }

    private IEnumerable<string> In(string folder) =>
        Directory.Exists(Path.Combine(Root, folder)) ? Directory.EnumerateFiles(Path.Combine(Root, folder), "*.jsonl") : [];

    // So that no folder holds a million others.
    private static string Shard(string id) => Safe(id)[^Math.Min(2, id.Length)..];

    private static string Safe(string id) =>
        Plain.IsMatch(id) ? id : throw new InvalidDataException($"'{id}' is no id that can name a file.");

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex Plain { get; }
}
