using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>duckdb_hugeint and duckdb_uhugeint, which differ in how the upper half is read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RawHugeInt(ulong Lower, ulong Upper);
