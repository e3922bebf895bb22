namespace Orrery.Native;

/// <summary>A TIME WITH TIME ZONE.</summary>
/// <param name="Time">The time of day at that offset.</param>
/// <param name="Offset">The offset from UTC, in whole seconds.</param>
public readonly record struct DuckTimeTz(TimeOnly Time, TimeSpan Offset);
