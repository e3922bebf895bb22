using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>duckdb_query_progress_type: the percentage is -1 when there is none.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RawProgress(double Percentage, ulong RowsProcessed, ulong TotalRows);
