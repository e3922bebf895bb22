using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Reads the trail of the actor's workspace, and proves it. Thread-safe.</summary>
public sealed class AuditTrail
{
    /// <summary>Most entries of one page.</summary>
    public const int MaxPage = 1000;

    private const int Batch = 1000;
    private readonly Db _db;
    private readonly AuditLog _log;
    private readonly Sealer _sealer;
    private readonly Subjects _subjects;
    private readonly SigningKeys _keys;
    private readonly Checkpoints _checkpoints;

    internal AuditTrail(Db db, AuditLog log, Sealer sealer, Subjects subjects, SigningKeys keys, Checkpoints checkpoints)
    {
        _db = db;
        _log = log;
        _sealer = sealer;
        _subjects = subjects;
        _keys = keys;
        _checkpoints = checkpoints;
    }

    /// <summary>Entries, newest first, with what is personal where it was not erased.</summary>
    /// <returns><c>audit.invalid_page_token</c> for a token that is not ours.</returns>
    public async Task<Result<Page<AuditEntry>>> ListAsync(Actor actor, AuditFilter filter, int limit, string? pageToken, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(filter);
        var most = long.MaxValue;
        if (!string.IsNullOrEmpty(pageToken))
        {
            if (PageToken.Decode(pageToken, 1) is not [long before])
                return Failure.Invalid("audit.invalid_page_token", "The page token is not one that this listing gave.");
            most = before - 1;
        }

        var tenant = actor.Workspace.Value;
        await _sealer.SealNowAsync(actor.Workspace.Value, cancel);
        return await _db.ReadAsync(async session =>
        {
            var least = filter.Since is { } since ? await EntryStore.SeqAtAsync(session, tenant, since.ToUnixTimeMilliseconds()) : 0;
            var end = filter.Until is { } until ? await EntryStore.SeqAtAsync(session, tenant, until.ToUnixTimeMilliseconds()) - 1 : long.MaxValue;
            var found = await EntryStore.SearchAsync(session, tenant, filter, least, Math.Min(most, end), limit + 1);
            var more = found.Count > limit;
            if (more)
                found.RemoveAt(limit);
            var entries = await ReadableAsync(session, tenant, found);
            return new Page<AuditEntry>(entries, more ? PageToken.Encode(entries[^1].Seq) : null);
        }, cancel);
    }

    /// <summary>What was done in a period, by action, with the last times it was; three statements however much it was.</summary>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="since">From this time on.</param>
    /// <param name="until">Before this time.</param>
    /// <param name="newest">How many entries of each action.</param>
    /// <param name="cancel">Abandons the call.</param>
    public async Task<AuditPeriod> SummarizeAsync(Actor actor, DateTimeOffset since, DateTimeOffset until, int newest, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var tenant = actor.Workspace.Value;
        await _sealer.SealNowAsync(tenant, cancel);
        return await _db.ReadAsync(async session =>
        {
            var (first, last) = await SpanAsync(session, tenant, since, until);
            return await PeriodStore.ReadAsync(session, tenant, first, last, newest);
        }, cancel);
    }

    /// <summary>The last entries of some actions in a period, newest first, without what is personal in them.</summary>
    public async Task<IReadOnlyList<AuditAct>> ListActsAsync(Actor actor, IReadOnlyCollection<string> actions, DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var tenant = actor.Workspace.Value;
        await _sealer.SealNowAsync(tenant, cancel);
        return await _db.ReadAsync(async session =>
        {
            var (first, last) = await SpanAsync(session, tenant, since, until);
            return await PeriodStore.ListAsync(session, tenant, first, last, actions, limit);
        }, cancel);
    }

    /// <summary>One entry.</summary>
    /// <returns><c>audit.entry_not_found</c>.</returns>
    public async Task<Result<AuditEntry>> FindAsync(Actor actor, string entryId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await _sealer.SealNowAsync(actor.Workspace.Value, cancel);
        var found = await _db.ReadAsync(async session => await EntryStore.FindAsync(session, actor.Workspace.Value, entryId) is { } entry
            ? await ReadableAsync(session, actor.Workspace.Value, [entry])
            : [], cancel);
        return found is [var one] ? one : NotFound(entryId);
    }

    /// <summary>Shows that an entry is in a signed checkpoint; signs one when none covers it yet.</summary>
    /// <returns><c>audit.entry_not_found</c>.</returns>
    public async Task<Result<AuditProof>> ProveAsync(Actor actor, string entryId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var tenant = actor.Workspace.Value;
        await _sealer.SealNowAsync(actor.Workspace.Value, cancel);
        if (await _db.ReadAsync(session => EntryStore.FindAsync(session, tenant, entryId), cancel) is not { Entry: var entry })
            return NotFound(entryId);
        var checkpoint = await _db.ReadAsync(session => CheckpointStore.FindCoveringAsync(session, tenant, entry.Seq), cancel);
        if (checkpoint is null)
        {
            await _checkpoints.SignDueAsync(all: true, cancel);
            checkpoint = await _db.ReadAsync(session => CheckpointStore.FindCoveringAsync(session, tenant, entry.Seq), cancel);
        }

        if (checkpoint is null || entry.Seq < checkpoint.DayFirst)
            return Failure.Conflict("audit.no_checkpoint", $"No signed checkpoint of its day covers entry {entryId}; 'mlops audit verify' says whether the chain is whole.");
        var (hashes, before) = await _db.ReadAsync(async session => (
            await EntryStore.ListHashesAsync(session, tenant, checkpoint.DayFirst, checkpoint.Size),
            await BeforeAsync(session, tenant, entry.Seq)), cancel);
        var leaves = hashes.ConvertAll(static hash => AuditMerkle.Leaf(hash));
        if (leaves.Count != checkpoint.DaySize())
            return Failure.Conflict("audit.broken_chain", "Entries of that day are missing; 'mlops audit verify' names the first.");
        return new AuditProof
        {
            Workspace = tenant,
            Seq = entry.Seq,
            SealedAt = entry.SealedAt,
            Before = Convert.ToHexStringLower(before),
            Body = Encoding.UTF8.GetString(entry.Body),
            Path = [.. AuditMerkle.Path(leaves, (int)(entry.Seq - checkpoint.DayFirst)).Select(Convert.ToHexStringLower)],
            Checkpoint = checkpoint,
        };
    }

    /// <summary>Computes the whole chain anew and holds it against the signed checkpoints and the columns that entries are found by.</summary>
    public async Task<AuditVerdict> VerifyAsync(Actor actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await _sealer.SealNowAsync(actor.Workspace.Value, cancel);
        return await ChainCheck.RunAsync(_db, actor.Workspace.Value, [], trusted: null, cancel);
    }

    /// <summary>All sealed entries in the chain's order, as lines of an export (see <see cref="AuditChain.ToLine"/>).</summary>
    public async IAsyncEnumerable<SealedEntry> ExportAsync(Actor actor, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var tenant = actor.Workspace.Value;
        await _sealer.SealNowAsync(actor.Workspace.Value, cancel);
        var documents = await _db.ReadAsync(session => CheckpointStore.ListAsync(session, tenant), cancel);
        var after = documents.Where(static d => d.Kind == AuditCheckpoint.Pruned).Select(static d => d.Size).DefaultIfEmpty().Max();
        List<ChainedEntry> page;
        do
        {
            page = await _db.ReadAsync(session => EntryStore.ListAsync(session, tenant, after, Batch), cancel);
            foreach (var entry in page)
            {
                after = entry.Entry.Seq;
                yield return entry.Entry;
            }
        }
        while (page.Count == Batch);
    }

    /// <summary>Signed documents, the newest first.</summary>
    /// <returns><c>audit.invalid_page_token</c> for a token that is not ours.</returns>
    public async Task<Result<Page<AuditCheckpoint>>> ListCheckpointsAsync(Actor actor, int limit, string? pageToken, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var below = long.MaxValue;
        if (!string.IsNullOrEmpty(pageToken))
        {
            if (PageToken.Decode(pageToken, 1) is not [long size])
                return Failure.Invalid("audit.invalid_page_token", "The page token is not one that this listing gave.");
            below = size;
        }

        // A size may have two documents; both are on one page.
        var found = await _db.ReadAsync(session => CheckpointStore.ListBelowAsync(session, actor.Workspace.Value, below, limit + 2), cancel);
        if (found.Count <= limit)
            return new Page<AuditCheckpoint>(found, null);
        var page = found.TakeWhile((document, index) => index < limit || document.Size == found[limit - 1].Size).ToList();
        return new Page<AuditCheckpoint>(page, page.Count < found.Count ? PageToken.Encode(page[^1].Size) : null);
    }

    /// <summary>Seals what waits and signs all chains that grew.</summary>
    public async Task CheckpointAsync(CancellationToken cancel)
    {
        await _sealer.SealNowAsync(cancel);
        await _checkpoints.SignDueAsync(all: true, cancel);
    }

    /// <summary>Public keys, the newest first.</summary>
    public Task<IReadOnlyList<AuditKey>> ListKeysAsync(CancellationToken cancel) => _keys.ListAsync(cancel);

    /// <summary>Signs with a new key from now on.</summary>
    public async Task<AuditKey> RotateKeysAsync(Actor actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        using var signer = await _keys.RotateAsync((session, key) => _log.AppendAsync(session, actor, new("audit.key.rotate", "audit-key", key.KeyId)), cancel);
        return signer.Key;
    }

    /// <summary>Whether the workspace's entries are kept however old.</summary>
    public async Task<AuditHold> FindHoldAsync(Actor actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var (held, reason) = await _db.ReadAsync(session => ChainStore.FindHoldAsync(session, actor.Workspace.Value), cancel);
        return new() { Held = held, Reason = reason };
    }

    /// <summary>Holds the workspace's entries, or lets them go.</summary>
    /// <returns><c>audit.invalid_reason</c> for a reason of more than 500 characters.</returns>
    public async Task<Result<AuditHold>> SetHoldAsync(Actor actor, AuditHold hold, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(hold);
        if (hold.Reason?.Length > 500)
            return Failure.Invalid("audit.invalid_reason", $"The reason has {hold.Reason.Length} characters; it may have 500.");
        return await _db.WriteAsync<AuditHold>(async session =>
        {
            await ChainStore.SetHoldAsync(session, actor.Workspace.Value, hold.Held, hold.Reason);
            await _log.AppendAsync(session, actor, new(hold.Held ? "audit.hold.set" : "audit.hold.lift", "workspace", actor.WorkspaceName));
            return hold;
        }, cancel);
    }

    /// <summary>Makes a person's name and addresses in the workspace's entries unreadable for good; from the platform (0), in all workspaces. The chain stays valid.</summary>
    /// <returns><c>audit.subject_not_found</c> when there is nothing of theirs to erase.</returns>
    public async Task<Result<Done>> EraseAsync(Actor actor, string subject, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (subject == AuditBody.Unidentified)
            return Failure.Invalid("audit.not_a_person", "The addresses of callers who have not proved who they are belong to no one person; they go with the retention.");
        if (subject == actor.Origin.PrincipalId && actor.Origin.Method != "none")
            return new Failure(FailureKind.Denied, "audit.own_erasure", "Nobody erases themselves from the trail: somebody else with this permission must do it.");
        var erased = await _db.WriteAsync<Done>(async session =>
        {
            if (await ChainStore.IsHeldAsync(session, actor.Workspace.Value))
                return Failure.Conflict("audit.held", "Entries are under legal hold, and who they name may not be erased meanwhile. Lift the hold first.");
            if (await Subjects.EraseAsync(session, actor.Workspace.Value, subject) == 0)
                return Failure.NotFound("audit.subject_not_found", "There is nothing to erase: no entry of this workspace holds data of that principal, or they were erased before.");
            await _log.AppendAsync(session, actor, new("audit.subject.erase", "principal", subject));
            return Done.Ok;
        }, cancel);
        _subjects.Forget(subject);
        return erased;
    }

    private static async ValueTask<(long First, long Last)> SpanAsync(DbSession session, long tenant, DateTimeOffset since, DateTimeOffset until) =>
        (await EntryStore.SeqAtAsync(session, tenant, since.ToUnixTimeMilliseconds()), await EntryStore.SeqAtAsync(session, tenant, until.ToUnixTimeMilliseconds()) - 1);

    private static Failure NotFound(string id) =>
        Failure.NotFound("audit.entry_not_found", $"There is no audit entry {(id.Length <= 100 ? id : id[..100] + "...")}.");

    private static async ValueTask<byte[]> BeforeAsync(DbSession session, long tenant, long seq)
    {
        if (seq == 1)
            return AuditChain.Genesis(tenant);
        if (await EntryStore.ListHashesAsync(session, tenant, seq - 1, seq - 1) is [var hash])
            return hash;
        var stub = await CheckpointStore.FindLastBeforeAsync(session, tenant, seq);
        return stub?.Size == seq - 1 ? Convert.FromHexString(stub.Head) : [];
    }

    private async ValueTask<List<AuditEntry>> ReadableAsync(DbSession session, long tenant, List<ChainedEntry> found)
    {
        if (found.Count == 0)
            return [];
        var keys = await _subjects.KeysAsync(session, tenant, [.. found.Select(static e => e.Actor).Distinct()]);
        return [.. found.Select(e => EntryDocument.Of(e.Entry, keys.GetValueOrDefault(e.Actor)))];
    }
}
