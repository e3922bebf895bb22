using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The quota of stored bytes. What is stored is measured at most every 30 s and corrected by what this server stored since; other servers'
/// uploads of that time are seen at the next measurement. An upload reserves its bytes before they are taken, in this server's memory. Thread-safe.
/// </summary>
public sealed class StorageQuota
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, StoredTally> _measured = new();
    private readonly QuotaLimits _limits;
    private readonly Db _db;
    private readonly IStoredBytes[] _stores;
    private readonly TimeProvider _time;
    private readonly QuotaRefusals? _refusals;

    internal StorageQuota(QuotaLimits limits, Db db, IEnumerable<IStoredBytes> stores, TimeProvider time, QuotaRefusals? refusals = null)
    {
        _refusals = refusals;
        _limits = limits;
        _db = db;
        _stores = [.. stores];
        _time = time;
    }

    /// <summary>Reserves bytes for an upload before its body is taken; dispose what comes back. Costs nothing where no quota is set.</summary>
    /// <param name="actor">Who uploads, and where.</param>
    /// <param name="bytes">To come, as far as it is known; more can be held as they come.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<StorageReservation>> ReserveAsync(Actor actor, long bytes, CancellationToken cancel)
    {
        if (!_limits.MayLimit(actor.Workspace, QuotaKinds.StorageBytes))
            return Unlimited(actor.Workspace);
        if (await _limits.FindAsync(actor.Workspace, QuotaKinds.StorageBytes, cancel) is not { } quota)
            return Unlimited(actor.Workspace);
        await UsedAsync(actor.Workspace, cancel);
        var reservation = new StorageReservation(
            _measured[actor.Workspace.Value], (used, requested) => quota.Refuse(actor, used, requested), () => _refusals?.Note(actor, QuotaKinds.StorageBytes));
        return reservation.Hold(bytes).Failure is { } full ? full : reservation;
    }

    /// <summary>What to warn of now; null below the soft limit.</summary>
    public string? Warning(WorkspaceId workspace) =>
        _limits.Known(workspace, QuotaKinds.StorageBytes) is { Soft: not null } quota && _measured.TryGetValue(workspace.Value, out var measured)
            ? quota.Warn(measured.Bytes)
            : null;

    internal async ValueTask<long> UsedAsync(WorkspaceId workspace, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        if (_measured.TryGetValue(workspace.Value, out var known) && now - known.At < Fresh)
            return known.Bytes;
        var tally = _measured.GetOrAdd(workspace.Value, static _ => new());
        var before = tally.Settled;
        tally.Measured(await _db.ReadAsync(session => SumAsync(session, workspace), cancel), before, now);
        return tally.Bytes;
    }

    internal async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        long sum = 0;
        foreach (var store in _stores)
            sum += await store.SumAsync(session, workspace);
        return sum;
    }

    // What somebody has asked for is corrected all the same.
    private StorageReservation Unlimited(WorkspaceId workspace) =>
        _measured.TryGetValue(workspace.Value, out var tally) ? new(tally, null, null) : StorageReservation.Unlimited;
}
