using System.Diagnostics.CodeAnalysis;
using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Is told of events. Modules implement it and register it as a singleton <see cref="IEventHandler"/>.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It handles events of the outbox; there are no .NET events here.")]
public interface IEventHandler
{
    /// <summary>Names the handler's deliveries in the database, dotted, module first: <c>lineage.record</c>. Never changes, never shared.</summary>
    public string Name { get; }

    /// <summary>Names of the events it wants: <c>run.finished</c>. Events from before a handler existed are not delivered to it.</summary>
    public IReadOnlySet<string> Events { get; }

    /// <summary>
    /// Handles one event: at least once, so make it idempotent (<see cref="Outbox.HandleOnceAsync"/> does it for database
    /// work). A handler gets one event at a time, in order, except that an event it failed on comes again later while others
    /// go on. Any failure or exception is tried again with growing pauses; after the last attempt the event is parked.
    /// </summary>
    /// <param name="e">What happened.</param>
    /// <param name="cancel">Set when the server stops or another one takes over.</param>
    public Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel);
}
