using System.Runtime.InteropServices;

namespace Orrery.Native;

internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int duckdb_query(ConnectionHandle connection, byte* sql, RawResult* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_result(RawResult* result);

    [LibraryImport(Library)]
    internal static partial nint duckdb_result_error(RawResult* result);

    [LibraryImport(Library)]
    internal static partial int duckdb_result_error_type(RawResult* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_rows_changed(RawResult* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_column_count(RawResult* result);

    [LibraryImport(Library)]
    internal static partial nint duckdb_column_name(RawResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial nint duckdb_column_logical_type(RawResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial nint duckdb_fetch_chunk(RawResult result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_extract_statements(ConnectionHandle connection, byte* sql, out nint statements);

    [LibraryImport(Library)]
    internal static partial nint duckdb_extract_statements_error(nint statements);

    [LibraryImport(Library)]
    internal static partial int duckdb_prepare_extracted_statement(ConnectionHandle connection, nint statements, ulong index, out nint statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_extracted(ref nint statements);
}
