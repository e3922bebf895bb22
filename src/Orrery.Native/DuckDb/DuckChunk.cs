using System.Text;

namespace Orrery.Native;

/// <summary>
/// Up to <see cref="Capacity"/> rows, column by column, that are written where DuckDB takes them. A value that is not set is what was there before
/// or zero; text and NULL are forgotten when the chunk was appended. Spans are valid until then. Not for several threads at a time.
/// </summary>
public sealed unsafe class DuckChunk : IDisposable
{
    /// <summary>Most rows.</summary>
    public const int Capacity = DuckReader.MaxRows;

    private readonly ChunkHandle _handle;
    private readonly DuckType[] _types;
    private readonly nint[] _data;
    private readonly nint[] _validity;

    internal DuckChunk(IReadOnlyList<DuckType> types, Func<int, nint> nativeType)
    {
        _types = [.. types];
        _data = new nint[_types.Length];
        _validity = new nint[_types.Length];
        _handle = new(Create(_types.Length, nativeType));
        Locate();
    }

    /// <summary>The columns' types.</summary>
    public IReadOnlyList<DuckType> Types => _types;

    /// <summary>All rows of a column, to write into; as <see cref="DuckTypeId"/> says.</summary>
    /// <exception cref="InvalidCastException">The column does not hold <typeparamref name="T"/>.</exception>
    public Span<T> Values<T>(int column)
        where T : unmanaged
    {
        Check();
        if (!Layout.Fits<T>(_types[column]))
            throw new InvalidCastException($"A column of {_types[column]} does not hold {typeof(T).Name}.");
        return new((void*)_data[column], Capacity);
    }

    /// <summary>Sets a column's first rows.</summary>
    /// <param name="column">Which column.</param>
    /// <param name="values">The values, at most <see cref="Capacity"/>.</param>
    /// <param name="valid">For each row false for NULL; empty when all have a value.</param>
    /// <exception cref="InvalidCastException">The column does not hold <typeparamref name="T"/>.</exception>
    public void Set<T>(int column, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid = default)
        where T : unmanaged
    {
        if (!valid.IsEmpty && valid.Length != values.Length)
            throw new ArgumentException($"There are {values.Length} values and {valid.Length} marks.", nameof(valid));
        values.CopyTo(Values<T>(column));
        for (var row = valid.IndexOf(false); row >= 0 && row < valid.Length; row++)
        {
            if (!valid[row])
                SetNull(column, row);
        }
    }

    /// <summary>Sets a VARCHAR.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8.</exception>
    public void SetUtf8(int column, int row, ReadOnlySpan<byte> text)
    {
        SqlText.RequireUtf8(text);
        Assign(column, row, text, DuckTypeId.Varchar);
    }

    /// <summary>Sets a VARCHAR; null is NULL.</summary>
    public void SetText(int column, int row, string? text)
    {
        if (text is null)
        {
            SetNull(column, row);
            return;
        }

        const int Small = 512;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= Small ? stackalloc byte[Small] : new byte[most];
        Assign(column, row, bytes[..Encoding.UTF8.GetBytes(text, bytes)], DuckTypeId.Varchar);
    }

    /// <summary>Sets a BLOB.</summary>
    public void SetBlob(int column, int row, ReadOnlySpan<byte> bytes) => Assign(column, row, bytes, DuckTypeId.Blob);

    /// <summary>Sets NULL.</summary>
    public void SetNull(int column, int row)
    {
        Check(row);
        if (_validity[column] == 0)
        {
            var vector = NativeMethods.duckdb_data_chunk_get_vector(_handle.Chunk, (ulong)column);
            NativeMethods.duckdb_vector_ensure_validity_writable(vector);
            _validity[column] = (nint)NativeMethods.duckdb_vector_get_validity(vector);
        }

        ((ulong*)_validity[column])[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();

    internal nint Take(int rows)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity);
        NativeMethods.duckdb_data_chunk_set_size(_handle.Chunk, (ulong)rows);
        return _handle.Chunk;
    }

    internal void Clear()
    {
        NativeMethods.duckdb_data_chunk_reset(_handle.Chunk);
        Locate();
    }

    private static nint Create(int columns, Func<int, nint> nativeType)
    {
        var types = new nint[columns];
        try
        {
            for (var i = 0; i < columns; i++)
                types[i] = nativeType(i);
            fixed (nint* first = types)
            {
                var chunk = NativeMethods.duckdb_create_data_chunk(first, (ulong)columns);
                return chunk != 0 ? chunk : throw new NotSupportedException("A column's type cannot stand in a chunk.");
            }
        }
        finally
        {
            for (var i = 0; i < columns; i++)
                NativeMethods.duckdb_destroy_logical_type(ref types[i]);
        }
    }

    private void Assign(int column, int row, ReadOnlySpan<byte> bytes, DuckTypeId kind)
    {
        Check(row);
        if (_types[column].Id != kind)
            throw new InvalidCastException($"A column of {_types[column]} does not take a {kind}.");
        if (bytes.Length <= RawString.MaxInline)
        {
            RawString.WriteInline((RawString*)_data[column] + row, bytes);
            return;
        }

        fixed (byte* first = bytes)
            NativeMethods.duckdb_unsafe_vector_assign_string_element_len(
                NativeMethods.duckdb_data_chunk_get_vector(_handle.Chunk, (ulong)column), (ulong)row, first, (ulong)bytes.Length);
    }

    private void Locate()
    {
        for (var i = 0; i < _data.Length; i++)
        {
            _data[i] = (nint)NativeMethods.duckdb_vector_get_data(NativeMethods.duckdb_data_chunk_get_vector(_handle.Chunk, (ulong)i));
            _validity[i] = 0;
            if (_types[i].Id is DuckTypeId.Varchar or DuckTypeId.Blob)
                new Span<RawString>((void*)_data[i], Capacity).Clear();
        }
    }

    private void Check() => ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);

    private void Check(int row)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Capacity);
    }
}
