using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>
/// Reads what manifests are held against. With a commit that is trusted, files of the repository are read from it: who proposes a change does not choose the keys that
/// it is checked by.
/// </summary>
/// <param name="Folder">In the repository.</param>
/// <param name="Root">Of the repository; null when no commit is trusted.</param>
/// <param name="Commit">That is trusted; null for none.</param>
internal sealed record VerifyGrounds(string Folder, string? Root, string? Commit)
{
    public static async Task<VerifyGrounds> OfAsync(string folder, string? commit, CancellationToken cancel)
    {
        if (commit is null)
            return new(folder, null, null);
        if (commit.StartsWith('-') || commit.Length == 0 || commit.All(static one => one == '0'))
            throw new UsageException($"'{commit}' is no commit to hold manifests against.");
        return new(folder, (await ManifestReading.GitAsync(folder, ["rev-parse", "--show-toplevel"], cancel)).Trim(), commit);
    }

    /// <summary>Public keys of a file.</summary>
    public async Task<IReadOnlyCollection<AuditKey>> KeysAsync(string path, CancellationToken cancel) => AuditFiles.ReadKeys(await TextAsync(path, cancel), path);

    /// <summary>Targets of a folder, by environment.</summary>
    public async Task<Dictionary<string, VerifiedTarget>> TargetsAsync(string path, CancellationToken cancel)
    {
        var targets = new Dictionary<string, VerifiedTarget>(StringComparer.Ordinal);
        foreach (var file in await FilesAsync(path, cancel))
        {
            var target = Read(await TextAsync(file, cancel), file);
            if (!targets.TryAdd(target.Environment, target))
                throw new InvalidDataException($"{path} has several targets of {target.Environment}.");
        }

        return targets.Count > 0 ? targets : throw new InvalidDataException($"{path} has no target{(Commit is null ? "" : $" in {Commit}")}; 'mlops targets files' writes them.");
    }

    private static VerifiedTarget Read(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OrreryJson.TypeOf<VerifiedTarget>()) is { Environment.Length: > 0 } target ? target : throw new InvalidDataException($"{path} names no environment.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} cannot be read: {broken.Message}", broken);
        }
    }

    private async Task<IEnumerable<string>> FilesAsync(string path, CancellationToken cancel)
    {
        if (InCommit(path) is not { } inside)
            return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : [];
        var listed = await ManifestReading.GitAsync(Root!, ["ls-tree", "-z", "--name-only", Commit!, "--", inside + "/"], cancel);
        return listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(static one => one.EndsWith(".json", StringComparison.Ordinal)).Select(one => Path.Combine(Root!, one));
    }

    private async Task<string> TextAsync(string path, CancellationToken cancel) => InCommit(path) is { } inside
        ? await ManifestReading.GitAsync(Root!, ["show", $"{Commit}:{inside}"], cancel)
        : await File.ReadAllTextAsync(Verb.Existing(path), cancel);

    // What is outside of the repository is whose the machine is.
    private string? InCommit(string path) =>
        Root is not null && Path.GetRelativePath(Root, Path.GetFullPath(path)).Replace('\\', '/') is var inside && inside != ".." && !inside.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(inside) ? inside : null;
}
