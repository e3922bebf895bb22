namespace Orrery.Storage;

/// <summary>What <see cref="Outbox"/> tells the dispatcher of the same server.</summary>
internal sealed class OutboxSignals(TimeProvider time)
{
    /// <summary>There may be new events.</summary>
    public Signal Appended { get; } = new(time);

    /// <summary>A parked event is to be delivered again.</summary>
    public event Action? Retried;

    public void Retry() => Retried?.Invoke();
}
