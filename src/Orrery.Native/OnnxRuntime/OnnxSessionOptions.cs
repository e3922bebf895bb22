namespace Orrery.Native;

/// <summary>How a model is opened.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>
    /// Threads that one run may use. 1, the default, runs on the caller's thread: measured best for tables, where more make a single row slower. 0 takes the
    /// process's shared pool (<see cref="OnnxLibrary.SharedThreads"/>), for large nets; more gives the session threads of its own.
    /// </summary>
    public int Threads { get; init; } = 1;
}
