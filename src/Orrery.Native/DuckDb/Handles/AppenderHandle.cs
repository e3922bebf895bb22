namespace Orrery.Native;

/// <summary>Owns a duckdb_appender. Destroying one flushes what it holds, so rows that are not wanted are cleared before.</summary>
internal sealed class AppenderHandle(nint value, ConnectionHandle connection) : DuckHandle(value, connection)
{
    protected override void Destroy(ref nint value)
    {
        _ = NativeMethods.duckdb_appender_clear_raw(value);
        _ = NativeMethods.duckdb_appender_destroy(ref value);
    }
}
