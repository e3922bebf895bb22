using Orrery.Kernel;

namespace Orrery.Storage;

/// <summary>Events, written in the transaction of the fact they tell, and delivered to each interested handler at least once.</summary>
public sealed class Outbox
{
    /// <summary>Longest answer of <see cref="ListParkedAsync"/>.</summary>
    public const int MaxParked = 1000;

    private readonly Db _db;
    private readonly TimeProvider _time;
    private readonly Action _wake;
    private readonly Action _retry;
    private long _lastOrderKey;

    internal Outbox(Db db, TimeProvider time, OutboxSignals signals)
    {
        _db = db;
        _time = time;
        _wake = signals.Appended.Set;
        _retry = signals.Retry;
    }

    /// <summary>Writes an event in the caller's transaction: it is told when that commits, and not otherwise.</summary>
    /// <param name="session">The transaction of the fact.</param>
    /// <param name="actor">Who did it, and in which workspace.</param>
    /// <param name="name">What happened, in the past tense: <c>run.finished</c>.</param>
    /// <param name="payload">JSON, the event's own.</param>
    /// <returns>The event's id.</returns>
    public Guid Append(DbSession session, Actor actor, string name, string payload)
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        OutboxStore.Insert(session, new OutboxEvent(id, actor, name, payload, now) { OrderKey = NextOrderKey(now) });
        session.AfterCommit(_wake);
        return id;
    }

    /// <summary>
    /// Makes a handler's database work happen once however often the event comes: call it first in the handler's own
    /// transaction and do the work only when it answers true. It is recorded with the work, or not at all.
    /// </summary>
    /// <param name="session">The handler's transaction.</param>
    /// <param name="handler">The handler's name.</param>
    /// <param name="e">The event.</param>
    /// <returns>True when the event has not been handled yet, and now is; false when there is nothing left to do.</returns>
    public static ValueTask<bool> HandleOnceAsync(DbSession session, string handler, OutboxEvent e) => OutboxStore.HandleOnceAsync(session, handler, e);

    /// <summary>Parked events of the actor's workspace, oldest first, at most <see cref="MaxParked"/>.</summary>
    public ValueTask<List<ParkedEvent>> ListParkedAsync(Actor actor, CancellationToken cancel) =>
        _db.ReadAsync(session => OutboxStore.ListParkedAsync(session, actor, MaxParked), cancel);

    /// <summary>Has a parked event delivered again, with all its attempts.</summary>
    /// <returns><c>storage.event_not_parked</c> when that handler has not parked it.</returns>
    public ValueTask<Result<Done>> RetryAsync(Actor actor, string handler, Guid eventId, CancellationToken cancel) => _db.WriteAsync(async session =>
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await OutboxStore.UnparkAsync(session, actor, handler, eventId, now))
            return NotParked(handler, eventId);
        session.AfterCommit(_retry);
        return Done.Ok;
    }, cancel);

    /// <summary>Gives up a parked event: it counts as handled.</summary>
    /// <returns><c>storage.event_not_parked</c> when that handler has not parked it.</returns>
    public ValueTask<Result<Done>> DropAsync(Actor actor, string handler, Guid eventId, CancellationToken cancel) => _db.WriteAsync(
        async session => await OutboxStore.DropAsync(session, actor, handler, eventId) ? Done.Ok : NotParked(handler, eventId), cancel);

    private static Failure NotParked(string handler, Guid eventId) =>
        Failure.NotFound("storage.event_not_parked", $"Handler {handler} has not parked an event {eventId:N}.");

    // Version-7 GUIDs of one millisecond come in any order; this keeps the order in which this server appended.
    private long NextOrderKey(DateTimeOffset now)
    {
        var clock = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        while (true)
        {
            var last = Interlocked.Read(ref _lastOrderKey);
            var next = Math.Max(clock, last + 1);
            if (Interlocked.CompareExchange(ref _lastOrderKey, next, last) == last)
                return next;
        }
    }
}
