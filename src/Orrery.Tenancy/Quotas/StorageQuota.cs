using System.Collections.Concurrent;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tenancy;

/// <summary>
/// The quota of stored bytes. What is stored is measured at most every 30 s and corrected by what this server stored since; other servers'
/// uploads of that time are seen at the next measurement. Thread-safe.
/// </summary>
public sealed class StorageQuota
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Measured> _measured = new();
    private readonly QuotaLimits _limits;
    private readonly Db _db;
    private readonly IStoredBytes[] _stores;
    private readonly TimeProvider _time;

    internal StorageQuota(QuotaLimits limits, Db db, IEnumerable<IStoredBytes> stores, TimeProvider time)
    {
        _limits = limits;
        _db = db;
        _stores = [.. stores];
        _time = time;
    }

    /// <summary>Whether so many bytes more may be stored. Costs nothing where no quota is set.</summary>
    /// <returns><c>tenancy.quota_exceeded</c>.</returns>
    public async ValueTask<Result<Done>> CheckAsync(Actor actor, long bytes, CancellationToken cancel)
    {
        if (!_limits.MayLimit(actor.Workspace, QuotaKinds.StorageBytes))
            return Done.Ok;
        if (await _limits.FindAsync(actor.Workspace, QuotaKinds.StorageBytes, cancel) is not { } quota)
            return Done.Ok;
        var used = await UsedAsync(actor.Workspace, cancel);
        return quota.Refuse(actor, used, bytes) is { } full ? full : Done.Ok;
    }

    /// <summary>Tells what was stored, or with a negative number removed.</summary>
    public void Add(WorkspaceId workspace, long bytes)
    {
        if (_measured.TryGetValue(workspace.Value, out var measured))
            measured.Add(bytes);
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
        var sum = await _db.ReadAsync(session => SumAsync(session, workspace), cancel);
        _measured[workspace.Value] = new(sum, now);
        return sum;
    }

    internal async ValueTask<long> SumAsync(DbSession session, WorkspaceId workspace)
    {
        long sum = 0;
        foreach (var store in _stores)
            sum += await store.SumAsync(session, workspace);
        return sum;
    }

    private sealed class Measured(long bytes, DateTimeOffset at)
    {
        private long _bytes = bytes;

        public DateTimeOffset At => at;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Add(long more) => Interlocked.Add(ref _bytes, more);
    }
}
