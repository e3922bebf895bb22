using System.Text.Json;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Computes chains of a database anew and holds them against the signed checkpoints and the columns that entries are found by. Only reads,
/// and needs no secret: a copy of the database will do, without its server.
/// </summary>
public static class ChainCheck
{
    private const int Batch = 1000;

    /// <summary>Checks the chains of all workspaces, the platform's (0) first. Entries that wait for their place are not looked at.</summary>
    /// <param name="db">The database.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="documents">Further signed documents to hold the chains against, as an anchor or the blob store keeps them.</param>
    /// <param name="trusted">Public keys that one trusts; null to trust those in the database.</param>
    /// <returns>A verdict for each chain that there is, or was when a checkpoint was signed.</returns>
    public static async Task<IReadOnlyList<AuditVerdict>> RunAsync(
        Db db, CancellationToken cancel, IReadOnlyCollection<AuditCheckpoint>? documents = null, IReadOnlyCollection<AuditKey>? trusted = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        documents ??= [];
        var verdicts = new List<AuditVerdict>();
        foreach (var tenant in (await db.ReadAsync(ChainStore.ListEverAsync, cancel)).Union(documents.Select(static d => d.Workspace)).Order())
            verdicts.Add(await RunAsync(db, tenant, documents, trusted, cancel));
        return verdicts;
    }

    /// <summary>Checks the chain of one workspace.</summary>
    internal static async Task<AuditVerdict> RunAsync(
        Db db, long tenant, IReadOnlyCollection<AuditCheckpoint> outside, IReadOnlyCollection<AuditKey>? trusted, CancellationToken cancel)
    {
        var (keys, stored, head) = await db.ReadAsync(
            async session => (
                await SigningKeyStore.ListAsync(session), await CheckpointStore.ListAsync(session, tenant), await ChainStore.FindAsync(session, tenant)),
            cancel);
        var documents = stored.Union(outside.Where(d => d.Workspace == tenant)).ToList();
        var verifier = new AuditVerifier(tenant, documents, trusted ?? [.. keys.Select(static k => k.Key)]);
        var after = documents.Where(static d => d.Kind == AuditCheckpoint.Pruned).Select(static d => d.Size).DefaultIfEmpty().Max();
        AuditFault? wrong = null;
        List<ChainedEntry> page;
        do
        {
            page = await db.ReadAsync(session => EntryStore.ListAsync(session, tenant, after, Batch), cancel);
            foreach (var entry in page)
            {
                after = entry.Entry.Seq;
                verifier.Add(entry.Entry);
                if (!ColumnsAgree(entry))
                    verifier.Fail(new(AuditFaults.Changed, entry.Entry.Seq, entry.Id, "The columns that it is found by do not say what its content says."));
                else if (entry.Entry.Seq == head?.Seq && !entry.Entry.Hash.AsSpan().SequenceEqual(head.Hash))
                    wrong = WrongEnd(entry.Entry.Seq, "The chain's end has another hash than its last entry.");
            }
        }
        while (page.Count == Batch && !verifier.Broken);
        var verdict = verifier.Finish();
        if (!verdict.Valid)
            return verdict;
        if (wrong is not null)
            return verdict with { Valid = false, Fault = wrong };

        // Entries and the end move in one transaction: an end that is read later is no shorter.
        var end = (await db.ReadAsync(session => ChainStore.FindAsync(session, tenant), cancel))?.Seq ?? 0;
        if (end < verdict.LastSeq)
            return verdict with { Valid = false, Fault = WrongEnd(verdict.LastSeq, $"The chain's end is said to be {end}, but there are entries up to {verdict.LastSeq}.") };
        return verdict.LastSeq < (head?.Seq ?? 0)
            ? verdict with { Valid = false, Fault = new(AuditFaults.Truncated, verdict.LastSeq + 1, null, $"The chain ends at {verdict.LastSeq}, but was sealed up to {head!.Seq}: the end was cut off.") }
            : verdict;
    }

    private static AuditFault WrongEnd(long seq, string message) => new(AuditFaults.WrongEnd, seq, null, message);

    private static bool ColumnsAgree(ChainedEntry entry)
    {
        try
        {
            using var body = JsonDocument.Parse(entry.Entry.Body);
            bool Is(string name, string value) => body.RootElement.TryGetProperty(name, out var field) && field.ValueEquals(value);
            return Is("entry_id", entry.Id) && Is("action", entry.Action) && Is("object_kind", entry.ObjectKind) && Is("object_id", entry.ObjectId) && Is("actor", entry.Actor);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
