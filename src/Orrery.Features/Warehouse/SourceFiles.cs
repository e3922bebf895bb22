using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>The files that a file source names, made local: uploaded ones, those of folders that the server allows, those of buckets.</summary>
internal sealed class SourceFiles(FeatureOptions options, WorkspaceFiles uploads, FileCache cache, Buckets? buckets = null)
{
    private const int MostFiles = 10_000;
    private const string FileScheme = "file://";

    private readonly ConcurrentDictionary<(string Path, long Size, DateTime Written), string> _hashes = new();

    /// <summary>
    /// The files in the order of their paths, at least one; <c>features.source_file_missing</c>, <c>features.source_not_allowed</c>,
    /// <c>features.source_too_many_files</c>.
    /// </summary>
    public ValueTask<Result<List<LocalFile>>> LocalAsync(FeatureProject project, FeatureSource source, CancellationToken cancel) => LocalAsync(project.Workspace, source, cancel);

    /// <inheritdoc cref="LocalAsync(FeatureProject, FeatureSource, CancellationToken)"/>
    public async ValueTask<Result<List<LocalFile>>> LocalAsync(WorkspaceId workspace, FeatureSource source, CancellationToken cancel)
    {
        var path = source.Document.Path ?? "";
        var found = path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? OfMachine(workspace, source, path[FileScheme.Length..])
            : path.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) ? await OfBucketAsync(workspace, source, path, cancel)
            : await UploadedAsync(workspace, source, path, cancel);
        if (found.Failed(out var wrong, out var files))
            return wrong;
        if (files.Count == 0)
            return Failure.Invalid("features.source_file_missing", $"Source {source.Name}: there is no file {path}.");
        return files.Count > MostFiles
            ? Failure.Invalid("features.source_too_many_files", $"Source {source.Name} names more than {MostFiles} files.")
            : files;
    }

    /// <summary>The hash of a file that was made local; computed once for a file of this machine.</summary>
    public async ValueTask<string> HashAsync(LocalFile file, CancellationToken cancel)
    {
        if (file.Sha256 is { } known)
            return known;
        var info = new FileInfo(file.Path);
        var key = (file.Path, file.Size, info.LastWriteTimeUtc);
        if (_hashes.TryGetValue(key, out var hash))
            return hash;
        await using var content = File.OpenRead(file.Path);
        return _hashes[key] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel));
    }

    /// <summary>The file of a source that had a content once: where it is now, or a version of it that was kept; null when there is none.</summary>
    public async ValueTask<LocalFile?> FindAsync(Actor actor, FeatureSource source, string path, string sha256, IReadOnlyList<LocalFile> current, CancellationToken cancel)
    {
        foreach (var file in current.Where(file => file.Name == path))
        {
            if (await HashAsync(file, cancel) == sha256)
                return file with { Sha256 = sha256 };
        }

        if (await uploads.FindContentAsync(actor, sha256, cancel) is not { } kept)
            return null;
        return await cache.OfBlobAsync(actor.Workspace, kept.BlobKey, kept.Sha256, Extension(source), cancel) is { } local ? new(path, local, kept.Size, sha256) : null;
    }

    private async ValueTask<Result<List<LocalFile>>> UploadedAsync(WorkspaceId workspace, FeatureSource source, string path, CancellationToken cancel)
    {
        var glob = new Glob(path);
        var files = new List<LocalFile>();
        var after = "";
        for (; ; )
        {
            var page = await uploads.ListAsync(workspace, glob.Prefix, after, 1000, cancel);
            foreach (var file in page.Where(file => glob.Matches(file.Path)))
            {
                if (await cache.OfBlobAsync(workspace, file.BlobKey, file.Sha256, Extension(source), cancel) is not { } local)
                    return Failure.Unavailable("features.source_unreadable", $"Source {source.Name}: the content of {file.Path} is not in the blob store.");
                files.Add(new(file.Path, local, file.Size, file.Sha256));
            }

            if (page.Count < 1000 || files.Count > MostFiles)
                return files;
            after = page[^1].Path;
        }
    }

    private Result<List<LocalFile>> OfMachine(WorkspaceId workspace, FeatureSource source, string address)
    {
        var path = Uri.UnescapeDataString(address);
        if (!path.StartsWith('/') || path.Split('/').Contains("..") || path.Contains('\0', StringComparison.Ordinal))
            return NotAllowed(source, "its path must be absolute and without '..'");
        var glob = new Glob(path);
        var folder = Path.GetDirectoryName(glob.Prefix + "x")!;
        if (options.SourceFolders.Select(RealPath.Of).OfType<string>().ToList() is not { Count: > 0 } roots)
            return NotAllowed(source, "this server reads no folders of its machine (setting Orrery:Features:SourceFolders)");
        if (RealPath.Of(folder) is not { } real || !Below(real, roots))
            return NotAllowed(source, "it is not below one of the folders that this server reads");
        var files = new List<LocalFile>();
        IEnumerable<string> names = glob.IsPlain ? [path] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(glob.Matches).Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (RealPath.Of(name) is not { } file || !File.Exists(file))
                continue;
            if (!Below(file, roots))
                return NotAllowed(source, $"{name} leads out of the folders that this server reads");
            var info = new FileInfo(file);
            files.Add(new(FileScheme + name, cache.OfFile(workspace, info, Extension(source)), info.Length, Sha256: null));
        }

        return files;
    }

    private async ValueTask<Result<List<LocalFile>>> OfBucketAsync(WorkspaceId workspace, FeatureSource source, string address, CancellationToken cancel)
    {
        var parts = address["s3://".Length..].Split('/', 2);
        if (!options.SourceBuckets.Contains(parts[0]))
            return NotAllowed(source, $"this server does not read the bucket {parts[0]} (setting Orrery:Features:SourceBuckets)");
        var glob = new Glob(parts.Length > 1 ? parts[1] : "");
        if (buckets is null)
            return NotAllowed(source, "this server has no access to buckets");
        if ((await buckets.ListAsync(parts[0], glob.Prefix, MostFiles * 10, cancel)).Failed(out var away, out var listed))
            return away;
        var files = new List<LocalFile>();
        foreach (var one in listed.Where(one => glob.Matches(one.Key)).OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{parts[0]}/{one.Key}/{one.ETag}/{one.Size}")));
            try
            {
                var local = await cache.OfDownloadAsync(workspace, $"s3-{name}{Extension(source)}", file => buckets.DownloadAsync(parts[0], one, file, cancel), cancel);
                files.Add(new($"s3://{parts[0]}/{one.Key}", local, one.Size, Sha256: null));
            }
            catch (IOException e)
            {
                return Failure.Unavailable("features.source_unreadable", $"Source {source.Name}: {e.Message}");
            }
        }

        return files;
    }

    private static bool Below(string path, List<string> roots) =>
        roots.Exists(root => path == root || path.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal));

    private static string Extension(FeatureSource source)
    {
        var zipped = (source.Document.Path ?? "").EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ".gz" : "";
        return FileFormats.IsCsv(source) ? ".csv" + zipped : ".parquet";
    }

    private static Failure NotAllowed(FeatureSource source, string why) => Failure.Invalid("features.source_not_allowed", $"Source {source.Name} cannot be read: {why}.");
}
