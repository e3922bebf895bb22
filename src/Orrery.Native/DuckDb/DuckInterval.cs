using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>An INTERVAL: its three parts do not convert into each other, since months and days differ in length.</summary>
/// <param name="Months">Whole months.</param>
/// <param name="Days">Whole days.</param>
/// <param name="Micros">Microseconds.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckInterval(int Months, int Days, long Micros);
