using System.Text.Json;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>The next entries of one chain.</summary>
internal sealed class ChainLink
{
    public ChainLink(ChainHead before, long now, IEnumerable<WaitingEntry> waiting)
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
            Entries.Add(Chained(new(before.Tenant, seq, sealedAt, hash, entry.Body), entry));
        }

        After = new(before.Tenant, seq, hash, sealedAt, first, tree.State);
    }

    public ChainHead Before { get; }

    public ChainHead After { get; }

    /// <summary>The chain's end on the day before, when this begins another.</summary>
    public ChainHead? Ended { get; }

    public List<ChainedEntry> Entries { get; } = [];

    /// <summary>Writes them in a transaction.</summary>
    /// <returns>False when the chain has another end by now; what was written must be undone then.</returns>
    public async ValueTask<bool> WriteAsync(DbSession session)
    {
        if (!await ChainStore.MoveAsync(session, After, Before.Seq))
            return false;
        if (Ended is { } day)
            await ChainStore.AddDayAsync(session, day);
        await EntryStore.InsertAsync(session, Entries);
        return true;
    }

    private static ChainedEntry Chained(SealedEntry entry, WaitingEntry waiting)
    {
        var found = waiting.Columns ?? Read(waiting.Body);
        return new(entry, waiting.Id, found.Action, found.ObjectKind, found.ObjectId, found.Actor);
    }

    private static EntryColumns Read(byte[] content)
    {
        using var body = JsonDocument.Parse(content);
        string Text(string name) => body.RootElement.GetProperty(name).GetString()!;
        return new(Text("action"), Text("object_kind"), Text("object_id"), Text("actor"));
    }
}
