using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Gives waiting entries their places: seq without gaps, hash over the one before. Any server may at any time: of two that do at once,
/// one finds the chain moved and begins anew. Thread-safe.
/// </summary>
internal sealed class Sealer(Db db, AuditMetrics metrics, TimeProvider time)
{
    // SQLite has one writer: whoever writes next waits for the whole batch.
    private const int SqliteBatch = 150;
    private const int PostgresBatch = 1000;

    private static readonly Failure Moved = Failure.Conflict("audit.chain_moved", "Another server has extended the chain; try again.");

    /// <summary>Entries of one transaction.</summary>
    public int Batch { get; } = db.Dialect.Kind is DatabaseKind.Sqlite ? SqliteBatch : PostgresBatch;

    /// <summary>Seals until nothing waits that had been committed before the call.</summary>
    public async Task SealNowAsync(CancellationToken cancel)
    {
        while (await SealAsync(cancel) is not { } count || count == Batch)
        {
        }
    }

    /// <summary>Seals one batch.</summary>
    /// <returns>How many it was; null when another was faster.</returns>
    public async Task<int?> SealAsync(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var waiting = await db.ReadAsync(session => InboxStore.ListAsync(session, Batch), cancel);
        if (waiting.Count == 0)
            return 0;
        var tenants = waiting.Select(static w => w.Tenant).Distinct().ToList();
        var heads = (await db.ReadAsync(session => ChainStore.ListAsync(session, tenants), cancel)).ToDictionary(static h => h.Tenant);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var links = tenants.ConvertAll(tenant =>
            new Link(heads.GetValueOrDefault(tenant) ?? ChainHead.Empty(tenant), now, waiting.Where(w => w.Tenant == tenant)));

        var written = await db.WriteAsync<Done>(async session =>
        {
            // First: who sealed these between our two reads has moved the heads too, and nothing else would tell.
            if (await InboxStore.DeleteAsync(session, waiting) != waiting.Count)
                return Moved;
            foreach (var link in links)
            {
                if (!await ChainStore.MoveAsync(session, link.After, link.Before.Seq))
                    return Moved;
                if (link.Ended is { } day)
                    await ChainStore.AddDayAsync(session, day);
                await EntryStore.InsertAsync(session, link.Entries);
            }

            return Done.Ok;
        }, cancel);
        if (written.Failure is not null)
            return null;
        metrics.Sealed(waiting.Count, time.GetElapsedTime(started));
        return waiting.Count;
    }

    /// <summary>The next entries of one chain.</summary>
    private sealed class Link
    {
        public Link(ChainHead before, long now, IEnumerable<WaitingEntry> waiting)
        {
            Before = before;

            // A clock that stepped back does not take the chain with it.
            var sealedAt = Math.Max(now, before.SealedAt);
            var newDay = before.Seq > 0 && AuditChain.DayOf(sealedAt) != before.Day;
            Ended = newDay ? before : null;
            var first = newDay || before.Seq == 0 ? before.Seq + 1 : before.DayFirst;
            var tree = newDay || before.Seq == 0 ? new AuditTree() : new AuditTree(before.DaySize, before.Tree);
            var (seq, hash) = (before.Seq, before.Hash);
            foreach (var entry in waiting)
            {
                seq++;
                hash = AuditChain.Hash(hash, sealedAt, entry.Body);
                tree.Add(hash);
                Entries.Add(Chained(new(before.Tenant, seq, sealedAt, hash, entry.Body), entry.Id));
            }

            After = new(before.Tenant, seq, hash, sealedAt, first, tree.State);
        }

        public ChainHead Before { get; }

        public ChainHead After { get; }

        /// <summary>The chain's end on the day before, when this begins another.</summary>
        public ChainHead? Ended { get; }

        public List<ChainedEntry> Entries { get; } = [];

        private static ChainedEntry Chained(SealedEntry entry, string id)
        {
            using var body = JsonDocument.Parse(entry.Body);
            string Text(string name) => body.RootElement.GetProperty(name).GetString()!;
            return new(entry, id, Text("action"), Text("object_kind"), Text("object_id"), Text("actor"));
        }
    }
}
