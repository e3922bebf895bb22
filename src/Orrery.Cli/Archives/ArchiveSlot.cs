using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>A run or logged model on its way into an archive; its line is written when all of it is there.</summary>
internal sealed class ArchiveSlot(
    string folder,
    bool withFiles,
    string? metricsPath,
    Func<ArchivedFile?, IReadOnlyList<ArchivedFile>?, CancellationToken, Task> complete) : ICopySlot
{
    private readonly ConcurrentBag<ArchivedFile> _files = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _points;
    private long _bytes;

    // What an earlier export left is fetched again: a file is only known to be whole by its line.
    public Task<IReadOnlyDictionary<string, long>> FindFilesAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long>());

    public Task RemoveFileAsync(string path, CancellationToken cancel) => Task.CompletedTask;

    public string? PlaceFor(string path) => Archive.Below(folder, path);

    public async Task<bool> FileAsync(string path, LocalFile file, CancellationToken cancel)
    {
        var sha = file.Sha256 ?? (await Archive.HashAsync(file.Path, path, cancel)).Sha256;
        _files.Add(new(path, file.Bytes, sha));
        return true;
    }

    public async Task MetricsAsync(IReadOnlyList<Metric> points, CancellationToken cancel)
    {
        var path = metricsPath ?? throw new InvalidOperationException("The metrics of a logged model travel with it.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, _points is 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.None, 128 * 1024);
        foreach (var point in points)
        {
            var line = JsonLines.Line(point);
            _hash.AppendData(line);
            _bytes += line.Length;
            await file.WriteAsync(line, cancel);
        }

        _points += points.Count;
    }

    public async Task CompleteAsync(ImportCounts expected, CancellationToken cancel)
    {
        var metrics = _points is 0 ? null : new ArchivedFile(metricsPath!, _bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        _hash.Dispose();
        var files = withFiles ? _files.OrderBy(file => file.Path, StringComparer.Ordinal).ToList() : null;
        await complete(metrics, files, cancel);
    }
}
