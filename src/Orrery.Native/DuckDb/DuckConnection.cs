namespace Orrery.Native;

/// <summary>
/// A connection: one call at a time, from any thread; only <see cref="Interrupt"/> and <see cref="Progress"/> may be used beside a call.
/// A second call while one runs, and any call while a streaming reader is open, is refused.
/// </summary>
public sealed unsafe class DuckConnection : IDisposable
{
    private readonly ConnectionHandle _handle;

    internal DuckConnection(ConnectionHandle handle)
    {
        _handle = handle;
        Calls = new(handle);
    }

    /// <summary>How much of the running query is done, 0 to 1; null when nothing runs or DuckDB cannot tell.</summary>
    public double? Progress
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            var percentage = NativeMethods.duckdb_query_progress(_handle).Percentage;
            return percentage < 0 ? null : Math.Min(percentage / 100, 1);
        }
    }

    internal Calls Calls { get; }

    internal bool IsDisposed => _handle.IsDisposed;

    internal ConnectionHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            return _handle;
        }
    }

    /// <summary>Runs one or several statements and returns how many rows the last one changed.</summary>
    /// <exception cref="DuckException">A statement failed; those before it stay done.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and the statement did not finish.</exception>
    public long Execute(string sql, CancellationToken cancel = default)
    {
        var text = SqlText.Of(sql);
        using var call = Calls.Begin(cancel);
        using var result = new ResultHandle(_handle);
        fixed (byte* bytes = text)
        {
            if (NativeMethods.duckdb_query(_handle, bytes, result.Result) != 0)
                throw call.Failure(Failures.Of(result.Result, sql));
        }

        return (long)NativeMethods.duckdb_rows_changed(result.Result);
    }

    /// <summary>Prepares one statement.</summary>
    /// <exception cref="DuckException">It is no SQL, names what does not exist, or is more than one statement.</exception>
    public DuckStatement Prepare(string sql)
    {
        var text = SqlText.Of(sql);
        using var call = Calls.Begin(CancellationToken.None);
        fixed (byte* bytes = text)
        {
            var state = NativeMethods.duckdb_prepare(_handle, bytes, out var statement);
            return DuckStatement.Take(this, statement, state, sql);
        }
    }

    /// <summary>Runs one statement without parameters and reads its rows. <paramref name="streaming"/> as in <see cref="DuckStatement.Query"/>.</summary>
    /// <exception cref="DuckException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and the statement did not finish.</exception>
    public DuckReader Query(string sql, bool streaming = false, CancellationToken cancel = default)
    {
        using var statement = Prepare(sql);
        return statement.Query(streaming, cancel);
    }

    /// <summary>
    /// What kind of statement a text is, without running it; names in it are looked up. For endpoints that take SQL from users: allow the kinds
    /// that you mean to. <see cref="DuckStatement.Kind"/> tells the same of what is then run.
    /// </summary>
    /// <exception cref="DuckException">It is no SQL, names what does not exist, or is not exactly one statement.</exception>
    public DuckStatementKind StatementKind(string sql)
    {
        var text = SqlText.Of(sql);
        using var call = Calls.Begin(CancellationToken.None);
        fixed (byte* bytes = text)
        {
            var count = NativeMethods.duckdb_extract_statements(_handle, bytes, out var statements);
            try
            {
                var error = NativeMethods.duckdb_extract_statements_error(statements);
                if (error != 0)
                    throw Failures.Of(Failures.Text(error), sql);
                if (count != 1)
                    throw new DuckException(DuckErrorType.InvalidInput, $"One statement is expected, and there are {count}.");
                var state = NativeMethods.duckdb_prepare_extracted_statement(_handle, statements, 0, out var prepared);
                using var statement = DuckStatement.Take(this, prepared, state, sql);
                return statement.Kind;
            }
            finally
            {
                NativeMethods.duckdb_destroy_extracted(ref statements);
            }
        }
    }

    /// <summary>
    /// Whether a text is one SELECT that only reads: it calls no function that changes settings, advances a sequence, runs other SQL or tells what
    /// others run. Views and macros that it names are not looked into: let nobody make them whom you do not trust.
    /// </summary>
    /// <exception cref="DuckException">It is no SQL, names what does not exist, or is not exactly one statement.</exception>
    public bool OnlyReads(string sql)
    {
        if (StatementKind(sql) is not DuckStatementKind.Select)
            return false;
        using var statement = Prepare(ReadOnlySql.Parse);
        using var reader = statement.Bind(1, sql).Query();
        return reader.Read() && reader.Value(0, 0) is string json && ReadOnlySql.NamesNoneThatActs(json);
    }

    /// <summary>Begins to append rows to a table; to some of its columns when they are named, the others getting their defaults.</summary>
    /// <exception cref="DuckException">There is no such table or column.</exception>
    public DuckAppender Appender(string table, string? schema = null, IReadOnlyList<string>? columns = null) => DuckAppender.Open(this, table, schema, columns ?? []);

    /// <summary>Begins a transaction, which is rolled back when it is disposed without a commit.</summary>
    /// <exception cref="DuckException">One is open already.</exception>
    public DuckTransaction BeginTransaction()
    {
        _ = Execute("BEGIN TRANSACTION");
        return new(this);
    }

    /// <summary>Ends the call that runs with <see cref="DuckErrorType.Interrupt"/>; nothing when none runs. For any thread.</summary>
    public void Interrupt()
    {
        ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
        Calls.Interrupt();
    }

    /// <summary>Gives the connection up; an open transaction is rolled back. It ends when its statements, readers and appenders are disposed, too.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Whether settings can still be changed.</summary>
    internal bool IsLocked()
    {
        using var reader = Query("SELECT current_setting('lock_configuration')");
        return reader.Read() && reader.Value(0, 0) is true;
    }
}
