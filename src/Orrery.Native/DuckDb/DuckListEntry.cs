using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Where the elements of one LIST or MAP stand in the child vector.</summary>
/// <param name="Offset">The first element's place.</param>
/// <param name="Length">How many there are.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckListEntry(ulong Offset, ulong Length);
