namespace Orrery.Native;

/// <summary>
/// The one call that a connection runs at a time, and its cancellation. A token ends the call it was given to and no later one: the registration
/// is gone, its callback included, before the next call begins. An interrupt that arrives before DuckDB has begun is forgotten by
/// it, so it is repeated until the call ends.
/// </summary>
internal sealed class Calls(ConnectionHandle connection)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private int _busy;
    private bool _running;
    private bool _stopping;
    private Timer? _repeat;

    /// <summary>The reader that streams; it alone may call while it is there.</summary>
    public DuckReader? Streaming { get; set; }

    /// <summary>Whether a call runs.</summary>
    public bool IsBusy => Volatile.Read(ref _running);

    /// <summary>Begins a call; disposing what it returns ends it.</summary>
    /// <exception cref="InvalidOperationException">Another call runs, or a reader streams.</exception>
    public Call Begin(CancellationToken cancel, DuckReader? reader = null)
    {
        ObjectDisposedException.ThrowIf(connection.IsDisposed, typeof(DuckConnection));
        cancel.ThrowIfCancellationRequested();
        RefuseWhileStreaming(reader);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("A connection runs one call at a time: take another connection for what goes on beside it.");
        lock (_lock)
            _running = true;
        try
        {
            return new(this, cancel.UnsafeRegister(static calls => ((Calls)calls!).Stop(), this), cancel);
        }
        catch
        {
            End(default);
            throw;
        }
    }

    public void RefuseWhileStreaming(DuckReader? reader = null)
    {
        if (Streaming is { } other && other != reader)
            throw new InvalidOperationException("A streaming reader is open on this connection: read it to its end, dispose it, or take another connection.");
    }

    /// <summary>Interrupts what runs, if anything does.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            if (_running)
                NativeMethods.duckdb_interrupt(connection);
        }
    }

    private void Stop()
    {
        lock (_lock)
        {
            if (!_running)
                return;
            _stopping = true;
            NativeMethods.duckdb_interrupt(connection);
            _repeat ??= new(static calls => ((Calls)calls!).Repeat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _ = _repeat.Change(Again, Again);
        }
    }

    private void Repeat()
    {
        lock (_lock)
        {
            if (_stopping)
                NativeMethods.duckdb_interrupt(connection);
        }
    }

    private void End(CancellationTokenRegistration registration)
    {
        registration.Dispose();
        lock (_lock)
        {
            _running = false;
            if (_stopping)
            {
                _stopping = false;
                _repeat!.Dispose();
                _repeat = null;
            }
        }

        Volatile.Write(ref _busy, 0);
    }

    /// <summary>A call that runs.</summary>
    public readonly struct Call(Calls calls, CancellationTokenRegistration registration, CancellationToken cancel) : IDisposable
    {
        /// <summary>What a failed call ends with: the token's exception when that was the cause.</summary>
        public Exception Failure(DuckException failure) =>
            failure.Type is DuckErrorType.Interrupt && cancel.IsCancellationRequested
                ? new OperationCanceledException("The query was cancelled.", failure, cancel)
                : failure;

        public void Dispose() => calls.End(registration);
    }
}
