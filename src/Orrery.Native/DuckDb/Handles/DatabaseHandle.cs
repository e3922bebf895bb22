namespace Orrery.Native;

/// <summary>Owns a duckdb_database.</summary>
internal sealed class DatabaseHandle(nint value) : DuckHandle(value)
{
    protected override void Destroy(ref nint value) => NativeMethods.duckdb_close(ref value);
}
