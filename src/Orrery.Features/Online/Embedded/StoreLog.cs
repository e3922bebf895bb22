using Microsoft.Extensions.Logging;
using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>The log in use, and the snapshots that let old ones go. Used by the store's writer only.</summary>
internal sealed class StoreLog(
    OnlineFolder folder, LogFile first, MemoryTables tables, long rotation, long snapshotBytes, FeatureMetrics metrics, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private LogFile _log = first;
    private long _snapshotBytes = snapshotBytes;
    private Task _snapshot = Task.CompletedTask;

    /// <summary>Puts records on disk; why not, when nothing of them is there.</summary>
    public Failure? Append(ReadOnlySpan<byte> records)
    {
        try
        {
            _log.Append(records);
            metrics.LogWritten(records.Length);
            return null;
        }
        catch (IOException e)
        {
            Log.OnlineNotWritten(logger, e);
            return Failure.Unavailable("features.online_disk", $"The online store could not write to its disk ({e.Message}); nothing of this write was taken.");
        }
    }

    /// <summary>Begins a new log and a snapshot of all before it, when the log is long beside the last snapshot.</summary>
    public void RotateWhenLong()
    {
        if (_log.Length < Math.Max(rotation, Volatile.Read(ref _snapshotBytes)) || !_snapshot.IsCompleted)
            return;
        try
        {
            var next = LogFile.Create(folder, _log.Number + 1);
            _log.Dispose();
            _log = next;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OnlineSnapshotFailed(logger, e);
            return;
        }

        var all = tables.All;
        var number = _log.Number;
        _snapshot = Task.Factory.StartNew(() => Make(number, all), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _snapshot;
        _log.Dispose();
        _stopping.Dispose();
    }

    private void Make(long number, IReadOnlyList<MemoryTable> all)
    {
        try
        {
            Volatile.Write(ref _snapshotBytes, Snapshot.Write(folder, number, all, _stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopping: the logs are all still there.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OnlineSnapshotFailed(logger, e);
        }
    }
}
