using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Removes whole days of entries that were kept long enough, where nobody holds them. A signed document says first up to where, and what
/// the last hash was, so that the rest can still be verified.
/// </summary>
internal sealed class Retention(Db db, SigningKeys keys, AuditLog log, AuditOptions options, ILogger<Retention> logger, TimeProvider time)
{
    private const int Batch = 5000;
    private static readonly TimeSpan CheckpointsKept = TimeSpan.FromDays(30);

    private static readonly Failure Held = Failure.Conflict("audit.held", "The workspace's entries are held.");

    public async Task PruneAsync(CancellationToken cancel)
    {
        foreach (var tenant in await db.ReadAsync(ChainStore.ListTenantsAsync, cancel))
        {
            await PruneAsync(tenant, cancel);
            var before = (time.GetUtcNow() - CheckpointsKept).ToUnixTimeMilliseconds();
            await db.WriteAsync<int>(async session => await CheckpointStore.ThinAsync(session, tenant, before), cancel);
        }
    }

    private async Task PruneAsync(long tenant, CancellationToken cancel)
    {
        var firstKeptDay = AuditChain.DayOf((time.GetUtcNow() - options.Retention).ToUnixTimeMilliseconds()) * AuditChain.DayMilliseconds;
        var (held, first, keep) = await db.ReadAsync(async session =>
        {
            var (isHeld, _) = await ChainStore.FindHoldAsync(session, tenant);
            var (from, _) = await EntryStore.EdgesAsync(session, tenant);
            var head = await ChainStore.FindAsync(session, tenant) ?? ChainHead.Empty(tenant);

            // The last day stays, however old: a chain without entries cannot be told from one that was emptied.
            return (isHeld, from, Math.Min(head.DayFirst, await EntryStore.SeqAtAsync(session, tenant, firstKeptDay)));
        }, cancel);
        if (held || keep <= first)
            return;
        var covering = await db.ReadAsync(session => CheckpointStore.FindLastBeforeAsync(session, tenant, keep), cancel);
        if (covering is null || covering.Size + 1 != keep)
            return;

        using var signer = await keys.CurrentAsync(cancel);
        var stub = signer.Sign(covering with { Kind = AuditCheckpoint.Pruned, At = time.GetUtcNow().ToUnixTimeMilliseconds() });
        var signed = await db.WriteAsync<Done>(async session =>
        {
            if ((await ChainStore.FindHoldAsync(session, tenant)).Held)
                return Held;
            if (!await SigningKeyStore.UseAsync(session, stub.KeyId, stub.At))
                return Checkpoints.KeyEnded;
            await CheckpointStore.AddAsync(session, stub);
            await log.AppendAsync(session, Actor.System(new WorkspaceId(tenant), "workspace"), new("audit.prune", "audit-trail", stub.Day)
            {
                Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"from":{{first}},"to":{{stub.Size}}}"""),
            });
            return Done.Ok;
        }, cancel);
        if (signed.Failure is not null)
            return;
        for (var from = first; from <= stub.Size; from += Batch)
        {
            var to = Math.Min(from + Batch - 1, stub.Size);
            var deleted = await db.WriteAsync<int>(
                async session => (await ChainStore.FindHoldAsync(session, tenant)).Held ? Held : await EntryStore.DeleteAsync(session, tenant, from, to), cancel);
            if (deleted.Failure is not null)
                return;
        }

        Log.Pruned(logger, tenant, first, stub.Size);
    }
}
