using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Writes the trail. Thread-safe.</summary>
public sealed class AuditLog
{
    private readonly Sealer _sealer;
    private readonly Subjects _subjects;
    private readonly AuditMetrics _metrics;
    private readonly TimeProvider _time;

    internal AuditLog(Sealer sealer, Subjects subjects, AuditMetrics metrics, TimeProvider time)
    {
        _sealer = sealer;
        _subjects = subjects;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Writes an entry in the caller's transaction: the act and its entry happen together or not at all. Locks nothing that others share.</summary>
    /// <param name="session">The act's transaction.</param>
    /// <param name="actor">Who; the entry goes to the chain of the actor's workspace.</param>
    /// <param name="record">What.</param>
    /// <exception cref="ArgumentException">The record's detail is not a small JSON object, or its object's id is too long.</exception>
    public async ValueTask AppendAsync(DbSession session, Actor actor, AuditRecord record)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(record);
        var at = _time.GetUtcNow();
        var id = EntryIds.Next(at);
        var subject = AuditBody.SubjectOf(actor);
        var personal = subject == AuditBody.System ? null : await _subjects.EncryptAsync(session, actor.Workspace.Value, subject, id, AuditBody.Personal(actor));
        var body = AuditBody.Write(id, actor, record, at, subject, personal);
        _sealer.Take(session, new(actor.Workspace.Value, id, body, new(record.Action, record.ObjectKind, record.ObjectId, subject)));
        _metrics.Appended();
    }
}
