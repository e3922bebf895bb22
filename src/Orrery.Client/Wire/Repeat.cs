namespace Orrery.Client;

/// <summary>When a call may be tried again.</summary>
internal enum Repeat
{
    /// <summary>Doing it twice is the same as doing it once: reads, and writes that name what shall be.</summary>
    Always,

    /// <summary>Doing it twice is not: only when the server surely did not act.</summary>
    IfNotActed,
}
