namespace Orrery.Storage;

/// <summary>How one attempt to tell a handler of an event ended.</summary>
/// <param name="Event">The event.</param>
/// <param name="State">done, pending (to be tried again) or parked.</param>
/// <param name="Attempts">Attempts that failed.</param>
/// <param name="DueAt">When it is tried again, Unix milliseconds.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
internal sealed record DeliveryEnd(OutboxEvent Event, string State, int Attempts, long DueAt, string? Error);
