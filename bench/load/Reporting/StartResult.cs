namespace Orrery.Load;

/// <summary>What starting and waiting cost.</summary>
/// <param name="Ready">Median from the process's start to its first "ready".</param>
/// <param name="Slowest">The longest of them.</param>
/// <param name="IdleBytes">Resident when nothing has been asked of it.</param>
/// <param name="LoadedBytes">Resident after all that was measured before.</param>
internal sealed record StartResult(TimeSpan Ready, TimeSpan Slowest, long IdleBytes, long LoadedBytes);
