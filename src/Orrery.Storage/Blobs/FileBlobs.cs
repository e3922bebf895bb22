using System.Runtime.CompilerServices;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>
/// Blobs as files below a folder: written to a temporary name on the same file system, flushed, renamed, the folder flushed.
/// Several servers may share the folder.
/// </summary>
public sealed class FileBlobs : IBlobs
{
    private static readonly TimeSpan _abandoned = TimeSpan.FromHours(24);
    private static readonly Failure _noMultipart =
        Failure.Unsupported("storage.no_multipart", "Blobs are files here: upload through the server, not in parts.");

    private readonly FileTree _tree;
    private readonly string _temp;

    /// <summary>Opens the store, creating the folder, and removes temporary files that are older than 24 hours.</summary>
    /// <param name="root">The folder. Symbolic links are followed down to it, but not below it.</param>
    /// <param name="time">Tells the age of temporary files.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public FileBlobs(string root, TimeProvider time)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _tree = new(Root);
        _temp = Path.Combine(Root, BlobKey.Reserved);
        Directory.CreateDirectory(_temp);
        RemoveAbandoned(time.GetUtcNow() - _abandoned);
    }

    /// <summary>Full path of the folder.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public async ValueTask<BlobInfo> PutAsync(string key, Stream content, CancellationToken cancel)
    {
        BlobKey.Check(key);
        RefuseConflict(key);
        try
        {
            using var file = TempFile.Create(_temp);
            var (size, sha256) = await file.WriteAsync(content, cancel);
            _tree.Publish(file, key);
            return new(key, size, sha256);
        }
        catch (IOException exception) when (BlobStoreFullException.IsCause(exception))
        {
            throw Full(key, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask<BlobRead?> OpenAsync(string key, BlobRange? range, CancellationToken cancel)
    {
        BlobKey.Check(key);
        return ValueTask.FromResult(Open(key, range));
    }

    /// <inheritdoc/>
    public ValueTask<BlobInfo?> HeadAsync(string key, CancellationToken cancel)
    {
        BlobKey.Check(key);
        var size = _tree.Find(key, out var path) == FileNode.Blob ? FileTree.SizeOf(new FileInfo(path)) : null;
        return ValueTask.FromResult(size is { } bytes ? new BlobInfo(key, bytes, Sha256: null) : null);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string key, CancellationToken cancel)
    {
        BlobKey.Check(key);
        if (_tree.Find(key, out var path) != FileNode.Blob)
            return ValueTask.CompletedTask;
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return ValueTask.CompletedTask;
        }

        _tree.RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<long> DeletePrefixAsync(string prefix, CancellationToken cancel)
    {
        BlobKey.CheckFolder(prefix, allowTop: false);
        if (_tree.Find(prefix.TrimEnd('/'), out var path) != FileNode.Folder)
            return 0;
        return await Task.Run(() => _tree.DeleteAll(path, cancel), cancel);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        BlobKey.CheckPrefix(prefix);
        foreach (var blob in _tree.List(prefix))
        {
            cancel.ThrowIfCancellationRequested();
            yield return blob;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListFolderAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        BlobKey.CheckFolder(prefix, allowTop: true);
        foreach (var (key, entry) in _tree.ListFolder(prefix))
        {
            cancel.ThrowIfCancellationRequested();
            if (entry is DirectoryInfo)
                yield return new(key, Size: null);
            else if (FileTree.SizeOf(entry) is { } size)
                yield return new(key, size);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A second link to the file where the file system has them: blobs are never changed in place.</remarks>
    public async ValueTask<BlobInfo?> CopyAsync(string from, string to, CancellationToken cancel)
    {
        BlobKey.Check(from);
        BlobKey.Check(to);
        RefuseConflict(to);
        try
        {
            if (_tree.Find(from, out var source) != FileNode.Blob)
                return null;
            using var linked = TempFile.LinkTo(source, _temp);
            if (linked is not null)
            {
                var size = new FileInfo(linked.Path).Length;
                _tree.Publish(linked, to);
                return new(to, size, Sha256: null);
            }

            await using var read = Open(from, range: null);
            return read is null ? null : await PutAsync(to, read.Stream, cancel);
        }
        catch (IOException exception) when (BlobStoreFullException.IsCause(exception))
        {
            throw Full(to, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask<BlobUpload?> CreateMultipartAsync(string key, int parts, CancellationToken cancel) =>
        ValueTask.FromResult<BlobUpload?>(null);

    /// <inheritdoc/>
    public ValueTask<Result<BlobInfo>> CompleteMultipartAsync(
        string key, string uploadId, IReadOnlyList<BlobPart> parts, CancellationToken cancel) =>
        ValueTask.FromResult<Result<BlobInfo>>(_noMultipart);

    /// <inheritdoc/>
    public ValueTask AbortMultipartAsync(string key, string uploadId, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<Uri?> PresignGetAsync(string key, TimeSpan lifetime, CancellationToken cancel) =>
        ValueTask.FromResult<Uri?>(null);

    /// <inheritdoc/>
    public async ValueTask<Failure?> CheckAsync(CancellationToken cancel)
    {
        try
        {
            using var probe = TempFile.Create(_temp);
            await probe.WriteAsync(new MemoryStream([0]), cancel);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failure.Unavailable("storage.blobs_unavailable", $"The blob folder '{Root}' cannot be written: {exception.Message}");
        }
    }

    private BlobRead? Open(string key, BlobRange? range)
    {
        if (_tree.Find(key, out var path) != FileNode.Blob)
            return null;
        try
        {
            var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var total = RandomAccess.GetLength(file);
            if (range is null)
                return new(new FileSectionStream(file, 0, total), total, 0, total, path);
            if (range.Value.Within(total) is var (offset, count))
                return new(new FileSectionStream(file, offset, count), total, offset, count, path);
            file.Dispose();
            return BlobRead.Beyond(total);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Tells before the upload what publishing would find after it.</summary>
    private void RefuseConflict(string key)
    {
        if (_tree.Find(key, out _) is FileNode.Folder or FileNode.Blocked)
            throw FileTree.Conflict(key);
    }

    private static BlobStoreFullException Full(string key, IOException cause) =>
        new($"No room for blob '{key}': {cause.Message}", cause);

    private void RemoveAbandoned(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_temp).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc < before.UtcDateTime)
                file.Delete();
        }
    }
}
