using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Owns a duckdb_result, in memory that does not move.</summary>
internal sealed unsafe class ResultHandle(ConnectionHandle connection) : DuckHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(RawResult)), connection)
{
    public RawResult* Result => (RawResult*)handle;

    protected override void Destroy(ref nint value)
    {
        NativeMethods.duckdb_destroy_result((RawResult*)value);
        NativeMemory.Free((void*)value);
        value = 0;
    }
}
