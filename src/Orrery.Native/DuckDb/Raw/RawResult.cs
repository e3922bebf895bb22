using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>duckdb_result: all its fields are DuckDB's own. Passed by value to some functions and by address to others.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RawResult
{
    private fixed ulong _private[6];
}
