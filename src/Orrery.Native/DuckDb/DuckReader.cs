namespace Orrery.Native;

/// <summary>
/// Rows of a query, in chunks of up to <see cref="MaxRows"/>. Reading allocates nothing but in <see cref="Value"/>. Spans are
/// valid until the next <see cref="Read"/> or the disposal. Not for several threads at a time.
/// </summary>
public sealed unsafe class DuckReader : IDisposable
{
    /// <summary>Most rows of a chunk.</summary>
    public const int MaxRows = 2048;

    private readonly DuckConnection _connection;
    private readonly ResultHandle _result;
    private readonly ChunkHandle _chunk = new(0);
    private readonly string _sql;
    private readonly bool _streaming;
    private readonly CancellationToken _cancel;
    private readonly DuckColumn[] _columns;
    private readonly nint[] _vectors;
    private readonly nint[] _data;
    private readonly nint[] _validity;
    private bool _ended;

    internal DuckReader(DuckConnection connection, ResultHandle result, string sql, bool streaming, CancellationToken cancel)
    {
        _connection = connection;
        _result = result;
        _sql = sql;
        _streaming = streaming;
        _cancel = cancel;
        _columns = new DuckColumn[NativeMethods.duckdb_column_count(result.Result)];
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i] = new(
                Failures.Text(NativeMethods.duckdb_column_name(result.Result, (ulong)i)),
                DuckType.Take(NativeMethods.duckdb_column_logical_type(result.Result, (ulong)i)));
        }

        (_vectors, _data, _validity) = (new nint[_columns.Length], new nint[_columns.Length], new nint[_columns.Length]);
        if (streaming)
            connection.Calls.Streaming = this;
    }

    /// <summary>Names and types.</summary>
    public IReadOnlyList<DuckColumn> Columns => _columns;

    /// <summary>How many rows the current chunk has; 0 before the first and after the last.</summary>
    public int Rows { get; private set; }

    /// <summary>The first column of that name, letters' case aside.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public int Ordinal(string name)
    {
        var found = Array.FindIndex(_columns, column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? found : throw new ArgumentException($"The result has no column {name}.", nameof(name));
    }

    /// <summary>Goes to the next chunk; false when there is none.</summary>
    /// <exception cref="DuckException">
    /// The query failed while it streamed. When another thread of DuckDB met the failure, it now and then tells
    /// <see cref="DuckErrorType.Interrupt"/> alone, though nobody interrupted it; the message says so.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token given to the query was cancelled.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_result.IsDisposed, this);
        Rows = 0;
        if (_ended)
            return false;
        var next = Fetch();
        _chunk.Replace(next);
        if (next == 0)
        {
            End();
            return false;
        }

        for (var i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = NativeMethods.duckdb_data_chunk_get_vector(next, (ulong)i);
            _data[i] = (nint)NativeMethods.duckdb_vector_get_data(_vectors[i]);
            _validity[i] = (nint)NativeMethods.duckdb_vector_get_validity(_vectors[i]);
        }

        Rows = (int)NativeMethods.duckdb_data_chunk_get_size(next);
        return true;
    }

    /// <summary>A column of the current chunk.</summary>
    public DuckVector Column(int column)
    {
        ObjectDisposedException.ThrowIf(_result.IsDisposed, this);
        return new(_columns[column].Type, _vectors[column], (void*)_data[column], (ulong*)_validity[column], Rows);
    }

    /// <inheritdoc cref="DuckVector.Values{T}"/>
    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged => Column(column).Values<T>();

    /// <inheritdoc cref="DuckVector.Validity"/>
    public ReadOnlySpan<ulong> Validity(int column) => Column(column).Validity;

    /// <inheritdoc cref="DuckVector.IsNull"/>
    public bool IsNull(int column, int row) => Column(column).IsNull(row);

    /// <inheritdoc cref="DuckVector.Utf8"/>
    public ReadOnlySpan<byte> Utf8(int column, int row) => Column(column).Utf8(row);

    /// <inheritdoc cref="DuckVector.Value"/>
    public object? Value(int column, int row) => Column(column).Value(row);

    /// <summary>Frees the rows; a query that still streams is ended.</summary>
    public void Dispose()
    {
        if (_result.IsDisposed)
            return;
        Rows = 0;
        End();
        _chunk.Dispose();
        _result.Dispose();
    }

    private nint Fetch()
    {
        if (!_streaming)
        {
            _cancel.ThrowIfCancellationRequested();
            return NativeMethods.duckdb_fetch_chunk(*_result.Result);
        }

        using var call = _connection.Calls.Begin(_cancel, this);
        var next = NativeMethods.duckdb_fetch_chunk(*_result.Result);
        if (next != 0 || NativeMethods.duckdb_result_error(_result.Result) == 0)
            return next;
        End();
        throw call.Failure(Failures.OfStream(_result.Result, _sql));
    }

    private void End()
    {
        _ended = true;
        Array.Clear(_vectors);
        if (_connection.Calls.Streaming == this)
            _connection.Calls.Streaming = null;
    }
}
