using Microsoft.Extensions.Logging;
using Orrery.Native;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Files of prediction logs that are being filled, one for each deployment and day. For one thread at a time.</summary>
internal sealed class LogWriting(IBlobs blobs, LogScratch scratch, SubjectCodes codes, ServingMetrics metrics, ServingOptions options, TimeProvider time, ILogger<LogWriting> logger) : IDisposable
{
    private const int MostOpen = 64;
    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<(DeploymentKey Key, DateOnly Day), LogFile> _open = [];
    private DuckDatabase? _database;
    private int _number;
    private DateTimeOffset _due = DateTimeOffset.MaxValue;
    private bool _isFull;

    /// <summary>Whether a file is to be closed.</summary>
    public bool IsDue => _isFull || _open.Count > MostOpen || time.GetUtcNow() >= _due;

    /// <summary>Adds a prediction to its file.</summary>
    public void Append(LogEntry entry, LostPredictions lost)
    {
        var key = (entry.Deployment.Row.Key, DateOnly.FromDateTime(entry.Facts.At.UtcDateTime));
        try
        {
            if (!_open.TryGetValue(key, out var file))
                _open[key] = file = Begin(key.Key, key.Item2);
            file.Append(entry);
            _isFull |= file.Rows >= options.LogFileRows;
        }
        catch (Exception failed) when (failed is DuckException or IOException or UnauthorizedAccessException)
        {
            lost.Add(IsFull(failed) ? "disk_full" : "store_failed", 1);
            if (_open.Remove(key, out var broken))
                Drop(broken, failed, lost);
        }
    }

    /// <summary>Closes files that have waited long or are full, and brings them to the blob store.</summary>
    public async ValueTask CloseAsync(bool closeAll, LostPredictions lost, CancellationToken cancel)
    {
        if (!closeAll && !IsDue)
            return;
        var now = time.GetUtcNow();
        var tooMany = _open.Count > MostOpen;
        foreach (var (key, file) in _open.ToArray())
        {
            if (!closeAll && !tooMany && file.Rows < options.LogFileRows && now < Due(file))
                continue;
            _open.Remove(key);
            await CloseAsync(file, lost, cancel);
        }

        _isFull = false;
        _due = _open.Count == 0 ? DateTimeOffset.MaxValue : _open.Values.Min(Due);
    }

    public void Dispose()
    {
        foreach (var file in _open.Values)
            file.Dispose();
        _database?.Dispose();
    }

    private LogFile Begin(DeploymentKey key, DateOnly day)
    {
        _database ??= DuckDatabase.Open(null, new DuckOptions { Threads = 1, MemoryLimitBytes = 512L << 20, AllowedDirectories = [scratch.Folder] });
        var file = new LogFile(_database, _number++, key, day, time.GetUtcNow(), codes);
        if (Due(file) is var due && due < _due)
            _due = due;
        return file;
    }

    private DateTimeOffset Due(LogFile file) => file.Begun + TimeSpan.FromSeconds(options.LogFlushSeconds);

    private async ValueTask CloseAsync(LogFile file, LostPredictions lost, CancellationToken cancel)
    {
        var path = scratch.NewPath();
        try
        {
            file.Write(path);
            await PutAsync(LogPlace.New(file.Key, file.Day, file.From, file.To).Key, path, cancel);
            metrics.Logged(file.Rows);
        }
        catch (Exception failed) when (failed is DuckException or IOException or UnauthorizedAccessException or HttpRequestException or OperationCanceledException)
        {
            Tell(file, failed, lost);
        }
        finally
        {
            file.Dispose();
            File.Delete(path);
        }
    }

    // A store that is away for a moment is asked again; one that is full has no room later either.
    private async ValueTask PutAsync(string key, string path, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var content = File.OpenRead(path);
                await blobs.PutAsync(key, content, cancel);
                return;
            }
            catch (Exception failed) when (attempt < Attempts && failed is (IOException or HttpRequestException) and not BlobStoreFullException)
            {
                await Task.Delay(Pause * attempt, time, cancel);
            }
        }
    }

    private void Drop(LogFile file, Exception failed, LostPredictions lost)
    {
        Tell(file, failed, lost);
        file.Dispose();
    }

    private static bool IsFull(Exception failed) => failed is BlobStoreFullException || failed.Message.Contains("No space left", StringComparison.Ordinal);

    private void Tell(LogFile file, Exception failed, LostPredictions lost)
    {
        lost.Add(IsFull(failed) ? "disk_full" : "store_failed", file.Predictions);
        if (!IsFull(failed))
            Log.LogFileFailed(logger, file.Key.Name, file.Key.Environment, failed);
    }
}
