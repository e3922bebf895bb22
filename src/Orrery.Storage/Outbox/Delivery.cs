namespace Orrery.Storage;

/// <summary>An event that one handler is to be told.</summary>
/// <param name="Event">The event.</param>
/// <param name="Attempts">Attempts that failed.</param>
internal sealed record Delivery(OutboxEvent Event, int Attempts);
