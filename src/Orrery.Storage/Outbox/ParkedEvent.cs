namespace Orrery.Storage;

/// <summary>An event that a handler failed on until its attempts were used up.</summary>
/// <param name="Handler">Which handler.</param>
/// <param name="Event">What it was told.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What went wrong the last time.</param>
public sealed record ParkedEvent(string Handler, OutboxEvent Event, int Attempts, string Error);
