using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Brings facts from the outbox to one receiver. What fails comes again after growing pauses; a receiver that is away holds up nothing else.</summary>
internal sealed class EventDelivery(IEventSink sink, FactReading reading) : IEventHandler
{
    public string Name => sink.Name;

    public IReadOnlySet<string> Events { get; } = new HashSet<string> { LineageSender.EventName };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel) =>
        await sink.SendAsync(FactEventJson.Write(await reading.ReadAsync(e.Actor, LineageFact.Parse(e.Payload), cancel)), cancel);
}
