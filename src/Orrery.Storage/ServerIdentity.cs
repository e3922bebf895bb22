namespace Orrery.Storage;

/// <summary>Names this server among those of one database, for as long as it runs.</summary>
public sealed class ServerIdentity(TimeProvider time)
{
    /// <summary>The machine's name and something no other process has.</summary>
    public string Name { get; } = $"{Environment.MachineName}/{Guid.CreateVersion7(time.GetUtcNow()):N}";

    /// <summary>Spreads what servers do at the same moment.</summary>
    public Random Chance { get; } = new(Environment.ProcessId ^ Environment.MachineName.Length);

    /// <summary>Between <paramref name="shortest"/> and twice that.</summary>
    public TimeSpan Jitter(TimeSpan shortest)
    {
        lock (Chance)
            return shortest * (1 + Chance.NextDouble());
    }
}
