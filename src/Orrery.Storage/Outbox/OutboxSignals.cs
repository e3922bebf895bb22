namespace Orrery.Storage;

/// <summary>What <see cref="Outbox"/> tells the dispatcher of the same server.</summary>
internal sealed class OutboxSignals(TimeProvider time)
{
    /// <summary>There may be something to deliver.</summary>
    public Signal Appended { get; } = new(time);
}
