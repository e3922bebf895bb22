using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>
/// Files where the embedded engine can read them: below a workspace's cache folder, under names of our own. What lies on this machine is linked
/// (DuckDB follows symbolic links before it looks where a file is, so these are hard ones), what does not is copied, and what has not been used
/// for longest goes when there is too much, or when nobody has asked for it for a week.
/// </summary>
internal sealed class FileCache(FeatureFolders folders, IBlobs blobs, TimeProvider time, long mostBytes = 16L << 30)
{
    private static readonly TimeSpan InUse = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _trimmed = new(StringComparer.Ordinal);

    /// <summary>A blob under its hash; null when it is gone.</summary>
    public async ValueTask<string?> OfBlobAsync(WorkspaceId workspace, string blobKey, string sha256, string extension, CancellationToken cancel)
    {
        var path = Path.Combine(Folder(workspace), sha256 + extension);
        if (File.Exists(path))
            return Used(path);
        await using var blob = await blobs.OpenAsync(blobKey, range: null, cancel);
        if (blob is null)
            return null;
        if (blob.LocalPath is { } local && TryLink(local, path))
            return Added(path);
        return await DownloadAsync(path, file => blob.Stream.CopyToAsync(file, 1 << 20, cancel), cancel);
    }

    /// <summary>A file of this machine, under a name that changes with it.</summary>
    public string OfFile(WorkspaceId workspace, FileInfo file, string extension)
    {
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file.FullName)));
        var path = Path.Combine(Folder(workspace), FormattableString.Invariant($"{name}-{file.Length}-{file.LastWriteTimeUtc.Ticks}{extension}"));
        if (File.Exists(path))
            return Used(path);
        if (!TryLink(file.FullName, path))
        {
            var part = $"{path}.{Path.GetRandomFileName()}.part";
            file.CopyTo(part);
            File.Move(part, path, overwrite: true);
        }

        return Added(path);
    }

    /// <summary>What a name stands for, downloaded when it is not there.</summary>
    public async ValueTask<string> OfDownloadAsync(WorkspaceId workspace, string name, Func<Stream, Task> download, CancellationToken cancel)
    {
        var path = Path.Combine(Folder(workspace), name);
        return File.Exists(path) ? Used(path) : await DownloadAsync(path, download, cancel);
    }

    private string Folder(WorkspaceId workspace) => Directory.CreateDirectory(folders.Cache(workspace)).FullName;

    private string Used(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        catch (UnauthorizedAccessException)
        {
            // A link to a file of somebody else; its own time holds.
        }

        return path;
    }

    // Another request may have made it meanwhile.
    private static bool TryLink(string existing, string path) => FileLinks.TryLink(Path.GetFullPath(existing), path) || File.Exists(path);

    private async ValueTask<string> DownloadAsync(string path, Func<Stream, Task> download, CancellationToken cancel)
    {
        var part = $"{path}.{Path.GetRandomFileName()}.part";
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
                await download(file);
            cancel.ThrowIfCancellationRequested();
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }

        return Added(path);
    }

    private string Added(string path)
    {
        // A link has the times of what it is a link to.
        Used(path);
        TrimNowAndThen(Path.GetDirectoryName(path)!);
        return path;
    }

    // A source may add thousands of files at once; so many listings would take longer than the files.
    private void TrimNowAndThen(string folder)
    {
        var now = time.GetUtcNow();
        if (_trimmed.TryGetValue(folder, out var last) ? now - last >= Between && _trimmed.TryUpdate(folder, now, last) : _trimmed.TryAdd(folder, now))
            Trim(folder);
    }

    private void Trim(string folder)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var files = new DirectoryInfo(folder).GetFiles().OrderBy(static file => file.LastAccessTimeUtc).ToList();
        var total = files.Sum(static file => file.Length);
        foreach (var file in files)
        {
            var unused = now - file.LastAccessTimeUtc;
            if (unused < InUse || (total <= mostBytes && unused < Longest))
                return;
            total -= file.Length;
            file.Delete();
        }
    }
}
