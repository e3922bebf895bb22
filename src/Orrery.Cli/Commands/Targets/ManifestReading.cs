using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Reads manifests from folders and commits.</summary>
internal static class ManifestReading
{
    private const int MostBytes = 1 << 20;
    private const int MostFiles = 20_000;
    private const string MostEarlier = "50";

    /// <summary>The manifests of a folder; links are not followed.</summary>
    public static async Task<List<(ManifestFile Manifest, string Text)>> OfFolderAsync(string folder, CancellationToken cancel)
    {
        var files = new List<(ManifestFile, string)>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (path.Split('/').Contains(".git") || !ManifestFolder.Counts(path))
                continue;
            if (files.Count == MostFiles)
                throw new InvalidDataException($"{folder} has more than {MostFiles} manifests.");
            if (!ManifestFolder.IsManifest(path))
            {
                files.Add((new(path, []), ""));
                continue;
            }

            if (new FileInfo(file) is { LinkTarget: not null } or { Length: > MostBytes })
            {
                files.Add((new(path, [], $"It is a link, or larger than {MostBytes >> 20} MiB."), ""));
                continue;
            }

            var text = await File.ReadAllTextAsync(file, cancel);
            files.Add((Read(path, text), text));
        }

        return files;
    }

    /// <summary>The manifests that a folder has in a commit.</summary>
    public static async Task<List<(ManifestFile Manifest, string Text)>> OfCommitAsync(string folder, string commit, CancellationToken cancel) =>
        [.. (await TextsAsync(folder, commit, cancel)).OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => (Read(one.Key, one.Value), one.Value))];

    /// <summary>Texts of manifests in a commit, by path in the folder.</summary>
    public static async Task<Dictionary<string, string>> TextsAsync(string folder, string commit, CancellationToken cancel)
    {
        if (commit.StartsWith('-'))
            throw new UsageException($"'{commit}' is no commit.");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var paths = (await GitAsync(folder, ["ls-tree", "-r", "-z", "--name-only", commit, "--", "."], cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(ManifestFolder.Counts).ToList();
        if (paths.Count > MostFiles)
            throw new InvalidDataException($"{folder} has more than {MostFiles} manifests in {commit}.");
        foreach (var path in paths)
            texts[path] = ManifestFolder.IsManifest(path) ? await GitAsync(folder, ["show", $"{commit}:./{path}"], cancel) : "";
        return texts;
    }

    /// <summary>What a manifest was in the commits up to one, newest first.</summary>
    public static async Task<List<ManifestFile>> EarlierAsync(string folder, string commit, string path, CancellationToken cancel)
    {
        var earlier = new List<ManifestFile>();
        foreach (var one in (await GitAsync(folder, ["log", "--format=%H", "-n", MostEarlier, "--diff-filter=AM", commit, "--", $"./{path}"], cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            earlier.Add(Read(path, await GitAsync(folder, ["show", $"{one}:./{path}"], cancel)));
        return earlier;
    }

    /// <summary>What git says of the repository that a folder is in.</summary>
    public static async Task<string> GitAsync(string folder, string[] arguments, CancellationToken cancel)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = git.StandardError.ReadToEndAsync(cancel);
        var text = await git.StandardOutput.ReadToEndAsync(cancel);
        await git.WaitForExitAsync(cancel);
        return git.ExitCode == 0 ? text : throw new InvalidDataException($"git {arguments[0]} failed: {(await errors).Trim()}");
    }

    private static ManifestFile Read(string path, string text)
    {
        if (!ManifestFolder.IsManifest(path))
            return new(path, []);
        var documents = new List<JsonNode?>();
        try
        {
            foreach (var part in ("\n" + text.ReplaceLineEndings("\n")).Split("\n---\n"))
            {
                if (!string.IsNullOrWhiteSpace(part))
                    documents.Add(Json(FileNode.OfYaml(part)));
            }

            return new(path, documents);
        }
        catch (UsageException broken)
        {
            return new(path, [], broken.Message);
        }
    }

    // YAML's core schema, as manifests are read by clusters.
    private static JsonNode? Json(FileNode node)
    {
        if (node.Fields is { } fields)
            return new JsonObject(fields.Select(static field => KeyValuePair.Create(field.Key, Json(field.Value))));
        if (node.Items is { } items)
            return new JsonArray([.. items.Select(Json)]);
        if (node.IsNull)
            return null;
        if (node.IsQuoted)
            return JsonValue.Create(node.Text);
        return node.Text switch
        {
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == node.Text => JsonValue.Create(whole),
            _ => JsonValue.Create(node.Text),
        };
    }
}
