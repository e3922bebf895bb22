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
    private readonly Lock _lock = new();
    private Task _snapshot = Task.CompletedTask;
    private Task<bool>? _waiting;
    private (long Number, IReadOnlyList<MemoryTable> All) _next;

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
        if (_log.Length >= Math.Max(rotation, Volatile.Read(ref _snapshotBytes)) && _snapshot.IsCompleted && TryRotate())
            Begin();
    }

    /// <summary>
    /// Begins a new log and a snapshot of all before it, after the one that is being made: when it is whole the logs before it are gone, and with
    /// them what was deleted. Calls that come while another waits share one snapshot.
    /// </summary>
    /// <returns>Ends with whether it was made; null when no new log could be begun.</returns>
    public Task<bool>? Rewrite()
    {
        if (!TryRotate())
            return null;
        lock (_lock)
        {
            _next = (_log.Number, tables.All);
            return _waiting ??= Begin();
        }
    }

    private bool TryRotate()
    {
        try
        {
            var next = LogFile.Create(folder, _log.Number + 1);
            _log.Dispose();
            _log = next;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OnlineSnapshotFailed(logger, e);
            return false;
        }
    }

    private Task<bool> Begin()
    {
        lock (_lock)
            _next = (_log.Number, tables.All);
        var made = _snapshot.ContinueWith(
            _ =>
            {
                (long Number, IReadOnlyList<MemoryTable> All) next;
                lock (_lock)
                {
                    next = _next;
                    _waiting = null;
                }

                return Make(next.Number, next.All);
            },
            CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
        _snapshot = made;
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _snapshot;
        _log.Dispose();
        _stopping.Dispose();
    }

    private bool Make(long number, IReadOnlyList<MemoryTable> all)
    {
        try
        {
            Volatile.Write(ref _snapshotBytes, Snapshot.Write(folder, number, all, _stopping.Token));
            return true;
        }
        catch (OperationCanceledException)
        {
            // Stopping: the logs are all still there.
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OnlineSnapshotFailed(logger, e);
            return false;
        }
    }
}
