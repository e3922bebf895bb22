namespace Orrery.Cli;

/// <summary>What to copy and how.</summary>
internal sealed record CopyOptions
{
    /// <summary>Only these experiments, by name or id; all when empty.</summary>
    public IReadOnlyList<string> Experiments { get; init; } = [];

    /// <summary>Registered models too.</summary>
    public bool Models { get; init; } = true;

    /// <summary>Runs at once.</summary>
    public int Concurrency { get; init; } = 4;
}
