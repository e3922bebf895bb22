using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Gives entries their places: seq without gaps, hash over the one before. On PostgreSQL they wait in the inbox first, since writers would
/// queue up for the chain's end, and any server may seal them at any time: of two that do at once, one finds the chain moved and begins anew.
/// On SQLite, whose one writer commits many writes together, those of a group get their places just before its commit. Thread-safe.
/// </summary>
internal sealed class Sealer(Db db, AuditMetrics metrics, ILogger<Sealer> logger, TimeProvider time)
{
    // SQLite has one writer: whoever writes next waits for the whole batch.
    private const int SqliteBatch = 150;
    private const int PostgresBatch = 1000;
    private const int MostLost = 20;
    private static readonly TimeSpan StuckFor = TimeSpan.FromMinutes(1);

    private static readonly Failure Moved = Failure.Conflict("audit.chain_moved", "Another server has extended the chain; try again.");

    private readonly ConcurrentDictionary<long, DateTimeOffset> _stuck = new();

    private readonly GroupedWrite<WaitingEntry> _atCommit = new(async (session, entries) =>
    {
        var started = time.GetTimestamp();
        var tenants = entries.Select(static w => w.Tenant).Distinct().ToList();
        var heads = (await ChainStore.ListAsync(session, tenants)).ToDictionary(static h => h.Tenant);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var tenant in tenants)
        {
            var link = new ChainLink(heads.GetValueOrDefault(tenant) ?? ChainHead.Empty(tenant), now, entries.Where(w => w.Tenant == tenant));
            if (!await link.WriteAsync(session))
                throw new InvalidOperationException($"The end of the chain of workspace {tenant} moved within one transaction.");
        }

        metrics.Sealed(entries.Count, time.GetElapsedTime(started));
    });

    /// <summary>Entries of one transaction.</summary>
    public int Batch { get; } = db.Dialect.Kind is DatabaseKind.Sqlite ? SqliteBatch : PostgresBatch;

    /// <summary>Takes an entry into the trail in the caller's transaction.</summary>
    public void Take(DbSession session, WaitingEntry entry)
    {
        if (session.Dialect.Kind is DatabaseKind.Sqlite)
            session.Gather(_atCommit, entry);
        else
            InboxStore.Add(session, entry);
    }

    /// <summary>Seals what had been committed in a workspace before the call.</summary>
    /// <exception cref="InvalidOperationException">The chain's end is not what its entries are.</exception>
    public async Task SealNowAsync(long tenant, CancellationToken cancel)
    {
        for (var lost = 0; lost < MostLost;)
        {
            var count = await SealAsync(tenant, cancel);
            if (count < Batch)
                return;
            lost = count is null ? lost + 1 : 0;
        }

        throw new InvalidOperationException($"The audit chain of workspace {tenant} cannot be extended; 'mlops audit verify' says what is wrong with it.");
    }

    /// <summary>Seals what had been committed in all workspaces before the call, but for chains that cannot be extended.</summary>
    public async Task SealNowAsync(CancellationToken cancel)
    {
        while (await SealAsync(cancel) == Batch)
        {
        }
    }

    /// <summary>Seals one batch.</summary>
    /// <returns>How many it was; 0 also when chains were sealed one by one.</returns>
    public async Task<int> SealAsync(CancellationToken cancel)
    {
        try
        {
            if (await SealAsync(tenant: null, cancel) is { } count)
                return count;
        }
        catch (Exception e) when (e is not (OperationCanceledException or DatabaseUnavailableException))
        {
            // One of the chains; which, is found below.
        }

        // Another server was faster, or one chain cannot be extended, which must not hold up the others.
        foreach (var tenant in await db.ReadAsync(InboxStore.ListTenantsAsync, cancel))
        {
            if (_stuck.TryGetValue(tenant, out var until) && until > time.GetUtcNow())
                continue;
            try
            {
                await SealNowAsync(tenant, cancel);
                _stuck.TryRemove(tenant, out _);
            }
            catch (Exception e) when (e is not (OperationCanceledException or DatabaseUnavailableException))
            {
                _stuck[tenant] = time.GetUtcNow() + StuckFor;
                Log.ChainStuck(logger, tenant, e);
            }
        }

        return 0;
    }

    /// <summary>How many entries wait.</summary>
    public ValueTask<long> WaitingAsync(CancellationToken cancel) => db.ReadAsync(InboxStore.CountAsync, cancel);

    private async Task<int?> SealAsync(long? tenant, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var waiting = await db.ReadAsync(session => InboxStore.ListAsync(session, tenant, Batch), cancel);
        if (waiting.Count == 0)
            return 0;
        var tenants = waiting.Select(static w => w.Tenant).Distinct().ToList();
        var heads = (await db.ReadAsync(session => ChainStore.ListAsync(session, tenants), cancel)).ToDictionary(static h => h.Tenant);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var links = tenants.ConvertAll(one =>
            new ChainLink(heads.GetValueOrDefault(one) ?? ChainHead.Empty(one), now, waiting.Where(w => w.Tenant == one)));

        var written = await db.WriteAsync<Done>(async session =>
        {
            // First: who sealed these between our two reads has moved the heads too, and nothing else would tell.
            if (await InboxStore.DeleteAsync(session, waiting) != waiting.Count)
                return Moved;
            foreach (var link in links)
            {
                if (!await link.WriteAsync(session))
                    return Moved;
            }

            return Done.Ok;
        }, cancel);
        if (written.Failure is not null)
            return null;
        metrics.Sealed(waiting.Count, time.GetElapsedTime(started));
        return waiting.Count;
    }
}
