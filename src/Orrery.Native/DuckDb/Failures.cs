using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Makes exceptions of what native objects tell.</summary>
internal static unsafe class Failures
{
    public static DuckException Of(RawResult* result, string? sql) =>
        new((DuckErrorType)NativeMethods.duckdb_result_error_type(result), Text(NativeMethods.duckdb_result_error(result)), sql);

    /// <summary>
    /// Of a query that streams. A thread of DuckDB that fails interrupts the others, and the one that fetches may look at that flag before
    /// it asks for the cause; the cause is gone then.
    /// </summary>
    public static DuckException OfStream(RawResult* result, string? sql) =>
        (DuckErrorType)NativeMethods.duckdb_result_error_type(result) is DuckErrorType.Interrupt
            ? new(DuckErrorType.Interrupt, "The query was interrupted, or it failed while its rows were read and DuckDB kept the cause: run it again to learn that.", sql)
            : Of(result, sql);

    public static DuckException Of(AppenderHandle appender, string table)
    {
        var data = NativeMethods.duckdb_appender_error_data(appender);
        try
        {
            return NativeMethods.duckdb_error_data_has_error(data) == 0
                ? new(DuckErrorType.Invalid, $"DuckDB did not take a row for table {table} and gave no reason.")
                : new((DuckErrorType)NativeMethods.duckdb_error_data_error_type(data), Text(NativeMethods.duckdb_error_data_message(data)));
        }
        finally
        {
            NativeMethods.duckdb_destroy_error_data(ref data);
        }
    }

    /// <summary>Of a message without a number: DuckDB begins it with the kind ("Parser Error: ...").</summary>
    public static DuckException Of(string message, string? sql)
    {
        var end = message.IndexOf(" Error: ", StringComparison.Ordinal);
        var kind = end < 0 ? "" : message[..end].Replace(" ", "", StringComparison.Ordinal);
        if (kind == "TransactionContext")
            kind = nameof(DuckErrorType.Transaction);
        return new(Enum.TryParse<DuckErrorType>(kind, ignoreCase: true, out var type) ? type : DuckErrorType.Invalid, message, sql);
    }

    /// <summary>Reads a text that DuckDB keeps.</summary>
    public static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    /// <summary>Reads a text and frees it.</summary>
    public static string TakeText(nint text)
    {
        try
        {
            return Text(text);
        }
        finally
        {
            NativeMethods.duckdb_free(text);
        }
    }
}
