namespace Orrery.Native;

/// <summary>Owns a duckdb_prepared_statement.</summary>
internal sealed class StatementHandle(nint value, ConnectionHandle connection) : DuckHandle(value, connection)
{
    protected override void Destroy(ref nint value) => NativeMethods.duckdb_destroy_prepare(ref value);
}
