namespace Orrery.Native;

/// <summary>
/// Appends many rows to a table, row by row or in chunks (<see cref="CreateChunk"/>), which is faster. Rows are seen by others after <see cref="Flush"/>
/// or <see cref="Close"/>, and now and then earlier: append in a transaction for all or nothing. Disposed without <see cref="Close"/>, what was not
/// written is dropped. After a failure it can only be disposed. Not for several threads at a time.
/// </summary>
public sealed unsafe partial class DuckAppender : IDisposable
{
    private readonly DuckConnection _connection;
    private readonly AppenderHandle _handle;
    private readonly string _table;
    private DuckType[]? _types;
    private bool _failed;
    private bool _closed;

    private DuckAppender(DuckConnection connection, AppenderHandle handle, string table)
    {
        _connection = connection;
        _handle = handle;
        _table = table;
    }

    /// <summary>The types of the columns that rows have here.</summary>
    public IReadOnlyList<DuckType> Types
    {
        get
        {
            Check();
            return _types ??= ReadTypes();
        }
    }

    /// <summary>A chunk to fill and to give to <see cref="AppendChunk"/>, again and again.</summary>
    public DuckChunk CreateChunk() => new(Types, ColumnType);

    /// <summary>Appends a chunk's first <paramref name="rows"/> rows and empties it. Its column types must be those of this appender.</summary>
    /// <exception cref="DuckException">The rows cannot be written.</exception>
    public void AppendChunk(DuckChunk chunk, int rows)
    {
        Check();
        if (NativeMethods.duckdb_append_data_chunk(_handle, chunk.Take(rows)) != 0)
            throw Failed();
        chunk.Clear();
    }

    /// <summary>Writes what was appended.</summary>
    /// <exception cref="DuckException">A row violates a constraint, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and the rows are not written.</exception>
    public void Flush(CancellationToken cancel = default)
    {
        Check();
        using var call = _connection.Calls.Begin(cancel);
        if (NativeMethods.duckdb_appender_flush(_handle) != 0)
            throw call.Failure(Failed());
    }

    /// <summary>Writes what was appended and ends.</summary>
    /// <exception cref="DuckException">A row violates a constraint, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and the rows are not written.</exception>
    public void Close(CancellationToken cancel = default)
    {
        Flush(cancel);
        _closed = true;
        _handle.Dispose();
    }

    /// <summary>Drops what was not written.</summary>
    public void Dispose() => _handle.Dispose();

    internal static DuckAppender Open(DuckConnection connection, string table, string? schema, IReadOnlyList<string> columns)
    {
        using var call = connection.Calls.Begin(CancellationToken.None);
        var state = NativeMethods.duckdb_appender_create_ext(connection.Handle, null, schema, table, out var appender);
        var handle = new AppenderHandle(appender, connection.Handle);
        try
        {
            if (state != 0)
                throw Failures.Of(handle, table);
            foreach (var column in columns)
            {
                if (NativeMethods.duckdb_appender_add_column(handle, column) != 0)
                    throw new DuckException(DuckErrorType.Catalog, $"Table {table} has no column {column}.");
            }

            return new(connection, handle, table);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private nint ColumnType(int column) => NativeMethods.duckdb_appender_column_type(_handle, (ulong)column);

    private DuckType[] ReadTypes()
    {
        var types = new DuckType[NativeMethods.duckdb_appender_column_count(_handle)];
        for (var i = 0; i < types.Length; i++)
            types[i] = DuckType.Take(ColumnType(i));
        return types;
    }

    private void Check()
    {
        if (_handle.IsDisposed)
            throw new ObjectDisposedException(nameof(DuckAppender), _closed ? $"The appender to {_table} is closed." : null);
        ObjectDisposedException.ThrowIf(_connection.IsDisposed, _connection);
        if (_failed)
            throw new InvalidOperationException($"The appender to {_table} failed before and can only be disposed.");
        _connection.Calls.RefuseWhileStreaming();
    }

    private DuckException Failed()
    {
        _failed = true;
        var failure = Failures.Of(_handle, _table);
        _ = NativeMethods.duckdb_appender_clear(_handle);
        return failure;
    }
}
