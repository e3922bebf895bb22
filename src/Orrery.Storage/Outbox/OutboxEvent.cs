using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Something that happened, as told to handlers.</summary>
/// <param name="Id">Names the event; the same at every delivery.</param>
/// <param name="Actor">Who did it, and in which workspace.</param>
/// <param name="Name">What happened, in the past tense: <c>run.finished</c>.</param>
/// <param name="Payload">JSON, the event's own.</param>
/// <param name="At">When.</param>
public sealed record OutboxEvent(Guid Id, Actor Actor, string Name, string Payload, DateTimeOffset At)
{
    internal long OrderKey { get; init; }
}
