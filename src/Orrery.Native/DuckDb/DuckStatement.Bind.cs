using System.Text;

namespace Orrery.Native;

/// <content>Binding: by position from 1, or by name without the dollar sign. Values stay bound from one run to the next.</content>
public sealed unsafe partial class DuckStatement
{
    /// <summary>A BOOLEAN.</summary>
    public DuckStatement Bind(int parameter, bool value) => Bound(NativeMethods.duckdb_bind_boolean(Handle, At(parameter), value ? (byte)1 : (byte)0), parameter);

    /// <inheritdoc cref="Bind(int, bool)"/>
    public DuckStatement Bind(string name, bool value) => Bind(IndexOf(name), value);

    /// <summary>An INTEGER.</summary>
    public DuckStatement Bind(int parameter, int value) => Bound(NativeMethods.duckdb_bind_int32(Handle, At(parameter), value), parameter);

    /// <inheritdoc cref="Bind(int, int)"/>
    public DuckStatement Bind(string name, int value) => Bind(IndexOf(name), value);

    /// <summary>A BIGINT.</summary>
    public DuckStatement Bind(int parameter, long value) => Bound(NativeMethods.duckdb_bind_int64(Handle, At(parameter), value), parameter);

    /// <inheritdoc cref="Bind(int, long)"/>
    public DuckStatement Bind(string name, long value) => Bind(IndexOf(name), value);

    /// <summary>A FLOAT.</summary>
    public DuckStatement Bind(int parameter, float value) => Bound(NativeMethods.duckdb_bind_float(Handle, At(parameter), value), parameter);

    /// <inheritdoc cref="Bind(int, float)"/>
    public DuckStatement Bind(string name, float value) => Bind(IndexOf(name), value);

    /// <summary>A DOUBLE.</summary>
    public DuckStatement Bind(int parameter, double value) => Bound(NativeMethods.duckdb_bind_double(Handle, At(parameter), value), parameter);

    /// <inheritdoc cref="Bind(int, double)"/>
    public DuckStatement Bind(string name, double value) => Bind(IndexOf(name), value);

    /// <summary>A DECIMAL of the value's own scale.</summary>
    public DuckStatement Bind(int parameter, decimal value) => Bound(NativeMethods.duckdb_bind_decimal(Handle, At(parameter), Numbers.ToDecimal(value)), parameter);

    /// <inheritdoc cref="Bind(int, decimal)"/>
    public DuckStatement Bind(string name, decimal value) => Bind(IndexOf(name), value);

    /// <summary>A DATE.</summary>
    public DuckStatement Bind(int parameter, DateOnly value) => Bound(NativeMethods.duckdb_bind_date(Handle, At(parameter), Times.Days(value)), parameter);

    /// <inheritdoc cref="Bind(int, DateOnly)"/>
    public DuckStatement Bind(string name, DateOnly value) => Bind(IndexOf(name), value);

    /// <summary>A TIME, to the microsecond.</summary>
    public DuckStatement Bind(int parameter, TimeOnly value) => Bound(NativeMethods.duckdb_bind_time(Handle, At(parameter), Times.Micros(value)), parameter);

    /// <inheritdoc cref="Bind(int, TimeOnly)"/>
    public DuckStatement Bind(string name, TimeOnly value) => Bind(IndexOf(name), value);

    /// <summary>A TIMESTAMP without zone, to the microsecond, as the value's clock shows it.</summary>
    public DuckStatement Bind(int parameter, DateTime value) => Bound(NativeMethods.duckdb_bind_timestamp(Handle, At(parameter), Times.Micros(value)), parameter);

    /// <inheritdoc cref="Bind(int, DateTime)"/>
    public DuckStatement Bind(string name, DateTime value) => Bind(IndexOf(name), value);

    /// <summary>A TIMESTAMP WITH TIME ZONE, to the microsecond.</summary>
    public DuckStatement Bind(int parameter, DateTimeOffset value) => Bound(NativeMethods.duckdb_bind_timestamp_tz(Handle, At(parameter), Times.Micros(value)), parameter);

    /// <inheritdoc cref="Bind(int, DateTimeOffset)"/>
    public DuckStatement Bind(string name, DateTimeOffset value) => Bind(IndexOf(name), value);

    /// <summary>An INTERVAL.</summary>
    public DuckStatement Bind(int parameter, DuckInterval value) => Bound(NativeMethods.duckdb_bind_interval(Handle, At(parameter), value), parameter);

    /// <inheritdoc cref="Bind(int, DuckInterval)"/>
    public DuckStatement Bind(string name, DuckInterval value) => Bind(IndexOf(name), value);

    /// <summary>A VARCHAR; null is NULL.</summary>
    public DuckStatement Bind(int parameter, string? value) => value is null ? BindNull(parameter) : BindUtf8(parameter, Encoding.UTF8.GetBytes(value));

    /// <inheritdoc cref="Bind(int, string)"/>
    public DuckStatement Bind(string name, string? value) => Bind(IndexOf(name), value);

    /// <summary>A BLOB; null is NULL.</summary>
    public DuckStatement Bind(int parameter, byte[]? value) => value is null ? BindNull(parameter) : BindBlob(parameter, value);

    /// <inheritdoc cref="Bind(int, byte[])"/>
    public DuckStatement Bind(string name, byte[]? value) => Bind(IndexOf(name), value);

    /// <summary>A UUID.</summary>
    public DuckStatement Bind(int parameter, Guid value)
    {
        var uuid = NativeMethods.duckdb_create_uuid(Numbers.FromGuid(value));
        try
        {
            return Bound(NativeMethods.duckdb_bind_value(Handle, At(parameter), uuid), parameter);
        }
        finally
        {
            NativeMethods.duckdb_destroy_value(ref uuid);
        }
    }

    /// <inheritdoc cref="Bind(int, Guid)"/>
    public DuckStatement Bind(string name, Guid value) => Bind(IndexOf(name), value);

    /// <summary>A VARCHAR of UTF-8.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8.</exception>
    public DuckStatement BindUtf8(int parameter, ReadOnlySpan<byte> value)
    {
        SqlText.RequireUtf8(value);
        fixed (byte* bytes = value)
        {
            // An empty span has no address, and DuckDB takes none for no string.
            byte none;
            return Bound(NativeMethods.duckdb_bind_varchar_length(Handle, At(parameter), bytes is null ? &none : bytes, (ulong)value.Length), parameter);
        }
    }

    /// <inheritdoc cref="BindUtf8(int, ReadOnlySpan{byte})"/>
    public DuckStatement BindUtf8(string name, ReadOnlySpan<byte> value) => BindUtf8(IndexOf(name), value);

    /// <summary>A BLOB.</summary>
    public DuckStatement BindBlob(int parameter, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            byte none;
            return Bound(NativeMethods.duckdb_bind_blob(Handle, At(parameter), bytes is null ? &none : bytes, (ulong)value.Length), parameter);
        }
    }

    /// <inheritdoc cref="BindBlob(int, ReadOnlySpan{byte})"/>
    public DuckStatement BindBlob(string name, ReadOnlySpan<byte> value) => BindBlob(IndexOf(name), value);

    /// <summary>NULL.</summary>
    public DuckStatement BindNull(int parameter) => Bound(NativeMethods.duckdb_bind_null(Handle, At(parameter)), parameter);

    /// <inheritdoc cref="BindNull(int)"/>
    public DuckStatement BindNull(string name) => BindNull(IndexOf(name));

    /// <summary>Forgets all values.</summary>
    public void ClearBindings() => _ = NativeMethods.duckdb_clear_bindings(Handle);

    private ulong At(int parameter)
    {
        var count = ParameterCount;
        return parameter >= 1 && parameter <= count
            ? (ulong)parameter
            : throw new ArgumentOutOfRangeException(nameof(parameter), parameter, $"The statement has {count} parameters.");
    }

    private DuckStatement Bound(int state, int parameter) =>
        state == 0 ? this : throw new DuckException(DuckErrorType.InvalidInput, $"DuckDB did not take the value of parameter {parameter}.", _sql);
}
