namespace Orrery.Native;

/// <summary>A prepared statement. Parameters are counted from 1. Not for several threads at a time.</summary>
public sealed unsafe partial class DuckStatement : IDisposable
{
    private readonly DuckConnection _connection;
    private readonly StatementHandle _handle;
    private readonly string _sql;

    private DuckStatement(DuckConnection connection, StatementHandle handle, string sql)
    {
        _connection = connection;
        _handle = handle;
        _sql = sql;
    }

    /// <summary>What it does.</summary>
    public DuckStatementKind Kind => (DuckStatementKind)NativeMethods.duckdb_prepared_statement_type(Handle);

    /// <summary>How many parameters it has.</summary>
    public int ParameterCount => (int)NativeMethods.duckdb_nparams(Handle);

    private StatementHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            return _handle;
        }
    }

    /// <summary>The name of a parameter (<c>$entity</c> is <c>entity</c>); its number as text when it has none.</summary>
    public string ParameterName(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parameter, ParameterCount);
        return Failures.TakeText(NativeMethods.duckdb_parameter_name(Handle, (ulong)parameter));
    }

    /// <summary>Runs it and returns how many rows it changed.</summary>
    /// <exception cref="DuckException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and it did not finish.</exception>
    public long Execute(CancellationToken cancel = default)
    {
        using var call = _connection.Calls.Begin(cancel);
        using var result = new ResultHandle(_connection.Handle);
        if (NativeMethods.duckdb_execute_prepared(Handle, result.Result) != 0)
            throw call.Failure(Failures.Of(result.Result, _sql));
        return (long)NativeMethods.duckdb_rows_changed(result.Result);
    }

    /// <summary>
    /// Runs it and reads its rows. Streaming, rows are made as they are read, failures come while reading, and nothing else may run on the
    /// connection meanwhile; otherwise all of them are in memory before the first is read.
    /// </summary>
    /// <param name="streaming">True to stream.</param>
    /// <param name="cancel">Ends the run, and while streaming each <see cref="DuckReader.Read"/>.</param>
    /// <exception cref="DuckException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and it did not finish.</exception>
    public DuckReader Query(bool streaming = false, CancellationToken cancel = default)
    {
        using var call = _connection.Calls.Begin(cancel);
        var result = new ResultHandle(_connection.Handle);
        try
        {
            var state = streaming
                ? NativeMethods.duckdb_execute_prepared_streaming(Handle, result.Result)
                : NativeMethods.duckdb_execute_prepared(Handle, result.Result);
            return state == 0 ? new(_connection, result, _sql, streaming, cancel) : throw call.Failure(Failures.Of(result.Result, _sql));
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Gives it up. Readers that it made go on.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Takes what a prepare function left: a statement, or the reason why there is none.</summary>
    internal static DuckStatement Take(DuckConnection connection, nint statement, int state, string sql)
    {
        var handle = new StatementHandle(statement, connection.Handle);
        if (state == 0)
            return new(connection, handle, sql);
        using (handle)
            throw Failures.Of(Failures.Text(NativeMethods.duckdb_prepare_error(handle)), sql);
    }

    private int IndexOf(string name)
    {
        if (NativeMethods.duckdb_bind_parameter_index(Handle, out var index, name) == 0)
            return (int)index;
        var names = string.Join(", ", Enumerable.Range(1, ParameterCount).Select(ParameterName));
        throw new ArgumentException($"The statement has no parameter {name}; it has: {(names.Length > 0 ? names : "none")}.", nameof(name));
    }
}
