using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>
/// A folder of artifacts that the server keeps. Paths are relative to it, with <c>/</c>. Files are streamed, never whole in memory; each
/// is hashed on the way and compared with the server's hash when it gives one.
/// </summary>
public sealed class ArtifactFolder
{
    private const string Root = "api/2.0/mlflow-artifacts/artifacts";

    private readonly Wire _wire;

    internal ArtifactFolder(Wire wire, string path)
    {
        _wire = wire;
        Path = path;
    }

    /// <summary>Path of the folder in the server's store.</summary>
    public string Path { get; }

    /// <summary>Files and folders of one level, with paths relative to this folder.</summary>
    public async IAsyncEnumerable<ArtifactFile> ListAsync(string path = "", [EnumeratorCancellation] CancellationToken cancel = default)
    {
        path = path.Trim('/');
        var page = await _wire.GetAsync<ArtifactPage>(new Query(Root).With("path", Join(Path, path)), cancel);
        // The server answers base names.
        foreach (var file in page.Files)
            yield return file with { Path = Join(path, file.Path) };
    }

    /// <summary>All files below a path, folders left out.</summary>
    public async IAsyncEnumerable<ArtifactFile> ListAllAsync(string path = "", [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var folders = new Stack<string>([path]);
        while (folders.TryPop(out var folder))
        {
            await foreach (var file in ListAsync(folder, cancel))
            {
                if (file.IsDir)
                    folders.Push(file.Path);
                else
                    yield return file;
            }
        }
    }

    /// <summary>Uploads a file.</summary>
    /// <param name="localPath">The local file.</param>
    /// <param name="path">Its path in this folder.</param>
    /// <param name="progress">Told as bytes go.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="OrreryIntegrityException">The server received something else.</exception>
    public Task<TransferredFile> UploadFileAsync(
        string localPath, string path, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        var length = new FileInfo(localPath).Length;
        return UploadAsync(() => OpenLocal(localPath), length, path, new TransferMeter(progress, 1, length), cancel);
    }

    /// <summary>Uploads bytes that are at hand.</summary>
    public Task<TransferredFile> UploadBytesAsync(ReadOnlyMemory<byte> bytes, string path, CancellationToken cancel = default)
    {
        var copy = bytes.ToArray();
        return UploadAsync(() => new MemoryStream(copy, writable: false), copy.Length, path, new TransferMeter(null, 1, copy.Length), cancel);
    }

    /// <summary>Uploads all files of a local folder, several at once.</summary>
    /// <param name="folder">The local folder.</param>
    /// <param name="path">Where it goes in this folder.</param>
    /// <param name="progress">Told as bytes go, from several threads.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What was moved, ordered by path.</returns>
    public async Task<IReadOnlyList<TransferredFile>> UploadFolderAsync(
        string folder, string path = "", IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        var files = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
        var meter = new TransferMeter(progress, files.Length, files.Sum(file => file.Length));
        return await ParallelAsync(
            files,
            (file, stop) =>
            {
                var below = System.IO.Path.GetRelativePath(folder, file.FullName).Replace(System.IO.Path.DirectorySeparatorChar, '/');
                return UploadAsync(() => OpenLocal(file.FullName), file.Length, Join(path, below), meter, stop);
            },
            cancel);
    }

    /// <summary>Downloads a file, continuing what an earlier call left behind. The target appears only when it is whole.</summary>
    /// <param name="path">The file in this folder.</param>
    /// <param name="localPath">Where it goes; its folder is made.</param>
    /// <param name="progress">Told as bytes come.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="OrreryIntegrityException">What arrived is not what the server has.</exception>
    public Task<TransferredFile> DownloadFileAsync(
        string path, string localPath, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default) =>
        new FileDownload(_wire, Url(path), path, localPath, new TransferMeter(progress, 1, null)).RunAsync(cancel);

    /// <summary>Downloads all files below a path, several at once.</summary>
    /// <param name="path">The path in this folder.</param>
    /// <param name="folder">The local folder; made when missing.</param>
    /// <param name="progress">Told as bytes come, from several threads.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What was moved, ordered by path.</returns>
    public async Task<IReadOnlyList<TransferredFile>> DownloadFolderAsync(
        string path, string folder, IProgress<TransferProgress>? progress = null, CancellationToken cancel = default)
    {
        path = path.Trim('/');
        var files = new List<ArtifactFile>();
        await foreach (var file in ListAllAsync(path, cancel))
            files.Add(file);
        Directory.CreateDirectory(folder);
        var meter = new TransferMeter(progress, files.Count, files.Sum(file => file.FileSize ?? 0));
        return await ParallelAsync(
            files,
            (file, stop) =>
            {
                var below = path.Length is 0 ? file.Path : file.Path[(path.Length + 1)..];
                return new FileDownload(_wire, Url(file.Path), file.Path, Local(folder, below), meter).RunAsync(stop);
            },
            cancel);
    }

    /// <summary>Opens a file for reading as it arrives. Not continued when the connection breaks.</summary>
    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancel = default)
    {
        var response = await _wire.SendAsync(
            _ => new HttpRequestMessage(HttpMethod.Get, Url(path)), Repeat.Always, cancel, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStreamAsync(cancel);
    }

    /// <summary>Removes a file, or a folder with all that is in it.</summary>
    public Task DeleteAsync(string path, CancellationToken cancel = default) => _wire.DeleteAsync(Url(path), cancel);

    private async Task<TransferredFile> UploadAsync(
        Func<Stream> open, long length, string path, TransferMeter meter, CancellationToken cancel)
    {
        FileContent? content = null;
        long counted = 0;
        using var response = await _wire.SendAsync(
            deadline =>
            {
                meter.Moved(path, -counted);
                counted = 0;
                content = new FileContent(open, length, deadline, count =>
                {
                    counted += count;
                    meter.Moved(path, count);
                });
                return new HttpRequestMessage(HttpMethod.Put, Url(path)) { Content = content };
            },
            Repeat.Always,
            cancel);
        var sent = content?.Sha256 ?? throw new InvalidOperationException("A request was answered before its body was sent.");
        var verified = FileHash.Verify(path, sent, FileHash.Of(response));
        meter.Finished(path);
        return new(path, length, sent, verified);
    }

    private async Task<IReadOnlyList<TransferredFile>> ParallelAsync<TFile>(
        IReadOnlyCollection<TFile> files, Func<TFile, CancellationToken, Task<TransferredFile>> move, CancellationToken cancel)
    {
        var moved = new ConcurrentBag<TransferredFile>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = _wire.Options.Transfers, CancellationToken = cancel };
        await Parallel.ForEachAsync(files, options, async (file, stop) => moved.Add(await move(file, stop)));
        return [.. moved.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private string Url(string path)
    {
        var whole = Join(Path, path.Trim('/'));
        return $"{Root}/{string.Join('/', whole.Split('/').Select(Uri.EscapeDataString))}";
    }

    // The server's names are not trusted to stay inside the folder.
    private static string Local(string folder, string below)
    {
        var root = System.IO.Path.GetFullPath(folder);
        var local = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, below));
        if (!local.StartsWith(root.TrimEnd(System.IO.Path.DirectorySeparatorChar) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"The artifact '{below}' would be written outside of {root}.");
        return local;
    }

    private static string Join(string left, string right) =>
        left.Length is 0 ? right : right.Length is 0 ? left : $"{left.TrimEnd('/')}/{right}";

    private static FileStream OpenLocal(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
