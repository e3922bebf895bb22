namespace Orrery.Native;

/// <summary>Owns a duckdb_connection.</summary>
internal sealed class ConnectionHandle(nint value, DatabaseHandle database) : DuckHandle(value, database)
{
    protected override void Destroy(ref nint value) => NativeMethods.duckdb_disconnect(ref value);
}
