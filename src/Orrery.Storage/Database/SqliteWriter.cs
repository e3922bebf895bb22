using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using SQLitePCL;

namespace Orrery.Storage;

/// <summary>
/// The one writer of a SQLite file. Writes queue up; whatever waits is run in one transaction, each write behind a savepoint
/// of its own, and committed with one fsync. A caller is answered after the commit that holds its write.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueLength = 4096;
    private const int MaxGroup = 512;
    private static readonly TimeSpan MaxGroupTime = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan MaxWaitForPlace = TimeSpan.FromSeconds(10);

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly DbSession _session;
    private readonly StorageMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SqliteStep _begin;
    private readonly SqliteStep _commit;
    private readonly SqliteStep _rollback;
    private readonly SqliteStep _savepoint;
    private readonly SqliteStep _undo;
    private readonly SqliteStep _release;
    private readonly AutoResetEvent _awake = new(initialState: false);
    private readonly Thread _thread;
    private volatile Failure? _problem;

    public SqliteWriter(SqliteConnection connection, StorageMetrics metrics, ILogger logger, TimeProvider time)
    {
        _connection = connection;
        _session = new DbSession(connection, []);
        _begin = new(connection, "begin immediate");
        _commit = new(connection, "commit");
        _rollback = new(connection, "rollback");
        _savepoint = new(connection, "savepoint w");
        _undo = new(connection, "rollback to w");
        _release = new(connection, "release w");
        _metrics = metrics;
        _logger = logger;
        _time = time;
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
    }

    /// <summary>Why the last group could not be committed; null when it could.</summary>
    public Failure? Problem => _problem;

    public async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancel)
    {
        var write = new Write<T>(work, cancel);
        if (!_queue.Writer.TryWrite(write))
            await WaitForPlaceAsync(write, cancel);
        return await write.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.Run(_thread.Join);
        foreach (var step in (SqliteStep[])[_begin, _commit, _rollback, _savepoint, _undo, _release])
            step.Dispose();
        _session.Close();
        _awake.Dispose();
        await _connection.DisposeAsync();
    }

    private async ValueTask WaitForPlaceAsync(Write write, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(MaxWaitForPlace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await _queue.Writer.WriteAsync(write, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            _metrics.Shed();
            throw new DatabaseUnavailableException($"{QueueLength} writes are waiting for the database. Try again in a moment.");
        }
        catch (ChannelClosedException e)
        {
            throw new DatabaseUnavailableException("The server is shutting down.", e);
        }
    }

    private void Run()
    {
        var group = new List<Write>(MaxGroup);
        while (WaitForWork())
        {
            group.Clear();
            var started = _time.GetTimestamp();
            if (!TryCommit(group, started))
            {
                foreach (var write in group)
                    RunAlone(write);
                continue;
            }

            // What was committed must never be run again, so nothing here is under the group's catch.
            _problem = null;
            foreach (var write in group)
                write.Complete();
            _session.Committed();
            _metrics.Committed(group.Count, _time.GetElapsedTime(started));
        }
    }

    // A task's own wait spins before it sleeps, and takes the core from those whose work is waited for.
    private bool WaitForWork()
    {
        var ready = _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter();
        if (!ready.IsCompleted)
        {
            ready.UnsafeOnCompleted(() => _awake.Set());
            _awake.WaitOne();
        }

        return ready.GetResult();
    }

    private bool TryCommit(List<Write> group, long started)
    {
        try
        {
            _begin.Run();
            while (group.Count < MaxGroup && _time.GetElapsedTime(started) < MaxGroupTime && _queue.Reader.TryRead(out var write))
            {
                if (write.IsCancelled)
                    continue;
                group.Add(write);
                RunBehindSavepoint(write);
            }

            WriteGathered();
            _commit.Run();
            return true;
        }
        catch (Exception e)
        {
            // Any one write's trouble (a full disk, say) may have undone the whole group: each gets its own transaction.
            Log.GroupFailed(_logger, group.Count, e);
            Undo();

            // When not even the transaction could begin, the first in the queue hears why.
            if (group.Count == 0 && _queue.Reader.TryRead(out var first) && !first.IsCancelled)
                group.Add(first);
            return false;
        }
    }

    /// <summary>Throws only when the group's transaction is gone; a failing write is undone to its savepoint.</summary>
    private void RunBehindSavepoint(Write write)
    {
        var gathered = _session.Gathered;
        _savepoint.Run();
        try
        {
            if (!write.Run(_session))
                UndoToSavepoint(gathered);
        }
        catch (Exception e) when (raw.sqlite3_get_autocommit(_connection.Handle) == 0 && e is not SqliteException { SqliteErrorCode: 13 or 10 })
        {
            UndoToSavepoint(gathered);
            write.Throw(e);
        }

        _release.Run();
    }

    private void UndoToSavepoint(int gathered)
    {
        _undo.Run();
        _session.KeepGathered(gathered);
    }

    private void WriteGathered()
    {
        var task = _session.WriteGatheredAsync();
        if (!task.IsCompleted)
            throw new InvalidOperationException("A grouped write awaited something but its session.");
        task.GetAwaiter().GetResult();
    }

    private void RunAlone(Write write)
    {
        try
        {
            _begin.Run();
            var keep = write.Run(_session);
            if (keep)
                WriteGathered();
            (keep ? _commit : _rollback).Run();
            _session.KeepGathered(0);
            _problem = null;
            _session.Committed();
            write.Complete();
        }
        catch (SqliteException e) when (SqliteErrors.IsUnavailable(e))
        {
            Undo();
            var unavailable = SqliteErrors.Unavailable(e);
            _problem = Failure.Unavailable(SqliteErrors.IsFull(e) ? "storage.disk_full" : "storage.database_away", unavailable.Message);
            write.Throw(unavailable);
            write.Complete();
        }
        catch (Exception e)
        {
            Undo();
            write.Throw(e);
            write.Complete();
        }
    }

    private void Undo()
    {
        _session.KeepGathered(0);
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            _rollback.Run();
    }

    /// <summary>A write in the queue.</summary>
    private abstract class Write(CancellationToken cancel)
    {
        /// <summary>Its caller has gone before it was begun: it is dropped.</summary>
        public bool IsCancelled
        {
            get
            {
                if (!cancel.IsCancellationRequested)
                    return false;
                Cancel(cancel);
                return true;
            }
        }

        /// <summary>Runs it; false when what it did must be undone.</summary>
        public abstract bool Run(DbSession session);

        /// <summary>Remembers that it threw.</summary>
        public abstract void Throw(Exception exception);

        /// <summary>Answers the caller: what was written is durable now.</summary>
        public abstract void Complete();

        protected abstract void Cancel(CancellationToken token);
    }

    private sealed class Write<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancel) : Write(cancel)
    {
        private readonly TaskCompletionSource<Result<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Result<T> _result;
        private Exception? _exception;

        public Task<Result<T>> Task => _answer.Task;

        public override bool Run(DbSession session)
        {
            _exception = null;
            var task = work(session);
            if (!task.IsCompleted)
                throw new InvalidOperationException("A database write awaited something but its session.");
            _result = task.GetAwaiter().GetResult();
            return _result.Succeeded;
        }

        public override void Throw(Exception exception) => _exception = exception;

        public override void Complete()
        {
            if (_exception is null)
                _answer.TrySetResult(_result);
            else
                _answer.TrySetException(_exception);
        }

        protected override void Cancel(CancellationToken token) => _answer.TrySetCanceled(token);
    }
}
