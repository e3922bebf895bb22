using System.Runtime.CompilerServices;

namespace Orrery.Native;

/// <summary>
/// One column of the current chunk, or the child of one, where DuckDB keeps it. What it gives is valid until the reader's next
/// <see cref="DuckReader.Read"/> or its disposal, and reading it later reads freed memory: keep none of the spans.
/// </summary>
public readonly unsafe ref struct DuckVector
{
    private readonly nint _vector;
    private readonly void* _data;
    private readonly ulong* _validity;

    internal DuckVector(DuckType type, nint vector, int length)
        : this(type, vector, NativeMethods.duckdb_vector_get_data(vector), NativeMethods.duckdb_vector_get_validity(vector), length)
    {
    }

    internal DuckVector(DuckType type, nint vector, void* data, ulong* validity, int length)
    {
        Type = type;
        Length = length;
        _vector = vector;
        _data = data;
        _validity = validity;
    }

    /// <summary>Its type.</summary>
    public DuckType Type { get; }

    /// <summary>How many values it holds.</summary>
    public int Length { get; }

    /// <summary>False when it certainly holds no NULL.</summary>
    public bool MayHaveNulls => _validity is not null;

    /// <summary>One bit for each row, the lowest first, set when there is a value; empty when all rows have one.</summary>
    public ReadOnlySpan<ulong> Validity => _validity is null ? [] : new(_validity, (Length + 63) >> 6);

    /// <summary>True when the row is NULL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int row)
    {
        Check(row);
        return _validity is not null && (_validity[row >> 6] & (1UL << (row & 63))) == 0;
    }

    /// <summary>The values as they lie there (<see cref="DuckTypeId"/> says as what); a row that is NULL holds anything.</summary>
    /// <exception cref="InvalidCastException">The column does not hold <typeparamref name="T"/>.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (!Layout.Fits<T>(Type))
            throw new InvalidCastException($"A column of {Type} does not hold {typeof(T).Name}.");
        return new(_data, Length);
    }

    /// <summary>The bytes of a VARCHAR (UTF-8), BLOB, BIT, BIGNUM or GEOMETRY; empty for NULL.</summary>
    /// <exception cref="InvalidCastException">The column holds no such bytes.</exception>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        if (Type.Id is not DuckTypeId.Varchar && !Layout.Fits<RawString>(Type))
            throw new InvalidCastException($"A column of {Type} does not hold bytes.");
        return IsNull(row) ? [] : RawString.Read((RawString*)_data + row);
    }

    /// <summary>The elements of a LIST, MAP or ARRAY, of all its rows one after another.</summary>
    /// <exception cref="InvalidCastException">The column has no elements.</exception>
    public DuckVector Elements()
    {
        if (Length == 0 && Type.Element is not null)
            return new(Type.Element, 0, null, null, 0);
        if (Type.Id is DuckTypeId.Array)
            return new(Type.Element!, NativeMethods.duckdb_array_vector_get_child(_vector), Length * Type.ArrayLength);
        if (Type.Id is not (DuckTypeId.List or DuckTypeId.Map))
            throw new InvalidCastException($"A column of {Type} has no elements.");
        return new(Type.Element!, NativeMethods.duckdb_list_vector_get_child(_vector), checked((int)NativeMethods.duckdb_list_vector_get_size(_vector)));
    }

    /// <summary>A field of a STRUCT, for all its rows.</summary>
    /// <exception cref="InvalidCastException">The column has no such field.</exception>
    public DuckVector Field(int index)
    {
        if (Type.Id is not DuckTypeId.Struct || (uint)index >= (uint)Type.Fields.Count)
            throw new InvalidCastException($"A column of {Type} has no field {index}.");
        if (Length == 0)
            return new(Type.Fields[index].Type, 0, null, null, 0);
        return new(Type.Fields[index].Type, NativeMethods.duckdb_struct_vector_get_child(_vector, (ulong)index), Length);
    }

    /// <summary>The value in .NET's type, boxed: for cold paths. The README has the table.</summary>
    public object? Value(int row) => Boxes.Of(this, row);

    /// <summary>The member of a UNION that a row holds: its vector and type.</summary>
    internal DuckVector Member(int row)
    {
        var tags = (byte*)NativeMethods.duckdb_vector_get_data(NativeMethods.duckdb_struct_vector_get_child(_vector, 0));
        var tag = (int)tags[row];
        return new(Type.Fields[tag].Type, NativeMethods.duckdb_struct_vector_get_child(_vector, (ulong)tag + 1), Length);
    }

    /// <summary>A value whose type was looked at before.</summary>
    internal T At<T>(int row)
        where T : unmanaged => ((T*)_data)[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(int row)
    {
        if ((uint)row >= (uint)Length)
            Outside(row);
    }

    private void Outside(int row) =>
        throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Length} rows.");
}
