namespace Orrery.Client;

/// <summary>How a <see cref="RunWriter"/> collects.</summary>
public sealed class RunWriterOptions
{
    /// <summary>Longest time that something waits in the buffer. Default 1 s.</summary>
    public TimeSpan FlushAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Entries that may wait; when they are reached, logging waits for the server. Default 20,000.</summary>
    public int Capacity { get; init; } = 20_000;
}
