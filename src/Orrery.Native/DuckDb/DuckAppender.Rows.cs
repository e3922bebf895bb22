using System.Buffers;
using System.Text;

namespace Orrery.Native;

/// <content>Row by row: one value for each column, then <see cref="EndRow"/>.</content>
public sealed unsafe partial class DuckAppender
{
    /// <summary>A BOOLEAN.</summary>
    public DuckAppender Append(bool value) => Appended(NativeMethods.duckdb_append_bool(Row(), value ? (byte)1 : (byte)0));

    /// <summary>A whole number, for any numeric column that holds it.</summary>
    public DuckAppender Append(int value) => Appended(NativeMethods.duckdb_append_int32(Row(), value));

    /// <summary>A whole number, for any numeric column that holds it.</summary>
    public DuckAppender Append(long value) => Appended(NativeMethods.duckdb_append_int64(Row(), value));

    /// <summary>A whole number, for any numeric column that holds it.</summary>
    public DuckAppender Append(ulong value) => Appended(NativeMethods.duckdb_append_uint64(Row(), value));

    /// <summary>A FLOAT.</summary>
    public DuckAppender Append(float value) => Appended(NativeMethods.duckdb_append_float(Row(), value));

    /// <summary>A DOUBLE.</summary>
    public DuckAppender Append(double value) => Appended(NativeMethods.duckdb_append_double(Row(), value));

    /// <summary>A DATE.</summary>
    public DuckAppender Append(DateOnly value) => Appended(NativeMethods.duckdb_append_date(Row(), Times.Days(value)));

    /// <summary>A TIME, to the microsecond.</summary>
    public DuckAppender Append(TimeOnly value) => Appended(NativeMethods.duckdb_append_time(Row(), Times.Micros(value)));

    /// <summary>A TIMESTAMP, to the microsecond, as the value's clock shows it.</summary>
    public DuckAppender Append(DateTime value) => Appended(NativeMethods.duckdb_append_timestamp(Row(), Times.Micros(value)));

    /// <summary>A TIMESTAMP WITH TIME ZONE, to the microsecond; in a TIMESTAMP column its UTC.</summary>
    public DuckAppender Append(DateTimeOffset value) => Appended(NativeMethods.duckdb_append_timestamp(Row(), Times.Micros(value)));

    /// <summary>An INTERVAL.</summary>
    public DuckAppender Append(DuckInterval value) => Appended(NativeMethods.duckdb_append_interval(Row(), value));

    /// <summary>A DECIMAL; it takes the column's scale.</summary>
    public DuckAppender Append(decimal value) => AppendValue(NativeMethods.duckdb_create_decimal(Numbers.ToDecimal(value)));

    /// <summary>A UUID.</summary>
    public DuckAppender Append(Guid value) => AppendValue(NativeMethods.duckdb_create_uuid(Numbers.FromGuid(value)));

    /// <summary>A VARCHAR; null is NULL.</summary>
    public DuckAppender Append(string? value)
    {
        if (value is null)
            return AppendNull();
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            return AppendText(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A VARCHAR of UTF-8.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8.</exception>
    public DuckAppender AppendUtf8(ReadOnlySpan<byte> value)
    {
        SqlText.RequireUtf8(value);
        return AppendText(value);
    }

    /// <summary>A BLOB.</summary>
    public DuckAppender AppendBlob(ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            byte none;
            return Appended(NativeMethods.duckdb_append_blob(Row(), bytes is null ? &none : bytes, (ulong)value.Length));
        }
    }

    /// <summary>NULL.</summary>
    public DuckAppender AppendNull() => Appended(NativeMethods.duckdb_append_null(Row()));

    /// <summary>The column's default.</summary>
    public DuckAppender AppendDefault() => Appended(NativeMethods.duckdb_append_default(Row()));

    /// <summary>Ends the row. DuckDB writes rows when many have come together, so this may fail for an earlier one.</summary>
    /// <exception cref="DuckException">The row has too few values, or the rows cannot be written.</exception>
    public void EndRow() => _ = Appended(NativeMethods.duckdb_appender_end_row(Row()));

    private DuckAppender AppendText(ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            byte none;
            return Appended(NativeMethods.duckdb_append_varchar_length(Row(), bytes is null ? &none : bytes, (ulong)value.Length));
        }
    }

    private DuckAppender AppendValue(nint value)
    {
        try
        {
            return Appended(NativeMethods.duckdb_append_value(Row(), value));
        }
        finally
        {
            NativeMethods.duckdb_destroy_value(ref value);
        }
    }

    private nint Row()
    {
        Check();
        return _handle.DangerousGetHandle();
    }

    private DuckAppender Appended(int state)
    {
        GC.KeepAlive(_handle);
        return state == 0 ? this : throw Failed();
    }
}
