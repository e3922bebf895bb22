using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Writes the trail. Thread-safe.</summary>
public sealed class AuditLog(TimeProvider time)
{
    /// <summary>Writes an entry in the caller's transaction: the act and its entry happen together or not at all.</summary>
    /// <param name="session">The act's transaction.</param>
    /// <param name="actor">Who; the entry goes to the chain of the actor's workspace.</param>
    /// <param name="record">What.</param>
    public ValueTask AppendAsync(DbSession session, Actor actor, AuditRecord record) => InboxStore.AddAsync(session, actor, record, time.GetUtcNow());
}
