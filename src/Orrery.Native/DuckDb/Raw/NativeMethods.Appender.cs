using System.Runtime.InteropServices;

namespace Orrery.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_appender_create_ext(ConnectionHandle connection, string? catalog, string? schema, string table, out nint appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_destroy(ref nint appender);

    [LibraryImport(Library)]
    internal static partial nint duckdb_appender_error_data(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial byte duckdb_error_data_has_error(nint data);

    [LibraryImport(Library)]
    internal static partial int duckdb_error_data_error_type(nint data);

    [LibraryImport(Library)]
    internal static partial nint duckdb_error_data_message(nint data);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_error_data(ref nint data);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_appender_add_column(AppenderHandle appender, string name);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_appender_column_count(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial nint duckdb_appender_column_type(AppenderHandle appender, ulong column);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_flush(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_close(AppenderHandle appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_clear(AppenderHandle appender);

    /// <summary>For an owner that is being released.</summary>
    [LibraryImport(Library, EntryPoint = "duckdb_appender_clear")]
    internal static partial int duckdb_appender_clear_raw(nint appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_data_chunk(AppenderHandle appender, nint chunk);

    [LibraryImport(Library)]
    internal static partial int duckdb_appender_end_row(nint appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_null(nint appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_default(nint appender);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_bool(nint appender, byte value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_int32(nint appender, int value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_int64(nint appender, long value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_uint64(nint appender, ulong value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_float(nint appender, float value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_double(nint appender, double value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_date(nint appender, int days);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_time(nint appender, long micros);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_timestamp(nint appender, long micros);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_interval(nint appender, DuckInterval value);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_varchar_length(nint appender, byte* text, ulong length);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_blob(nint appender, byte* bytes, ulong length);

    [LibraryImport(Library)]
    internal static partial int duckdb_append_value(nint appender, nint value);
}
