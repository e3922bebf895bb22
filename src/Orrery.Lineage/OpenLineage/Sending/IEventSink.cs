using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Takes OpenLineage events.</summary>
internal interface IEventSink
{
    /// <summary>Names its deliveries in the database. Never changes.</summary>
    public string Name { get; }

    /// <summary>Hands one over, durably; a failure is tried again.</summary>
    /// <param name="body">UTF-8 JSON without a line break.</param>
    /// <param name="cancel">Gives up.</param>
    public ValueTask<Result<Done>> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancel);
}
