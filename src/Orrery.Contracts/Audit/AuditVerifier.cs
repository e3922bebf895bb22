using System.Globalization;

namespace Orrery.Contracts;

/// <summary>
/// Checks a workspace's chain, entry by entry in the order they stand, against itself and against signed checkpoints. Needs no server.
/// Not thread-safe.
/// </summary>
public sealed class AuditVerifier
{
    private readonly long _workspace;
    private readonly ILookup<long, AuditCheckpoint> _checkpoints;
    private readonly long _longest;
    private readonly long _prunedTo;
    private AuditFault? _fault;
    private SealedEntry? _waiting;
    private SealedEntry? _last;
    private byte[] _head;
    private byte[]? _headBefore;
    private AuditTree _day = new();
    private long _dayNumber = -1;
    private long _dayFirst;
    private long _first;
    private long _count;
    private long _good;

    /// <summary>Ready to check.</summary>
    /// <param name="workspace">Number of the workspace.</param>
    /// <param name="checkpoints">Signed documents; those of other workspaces are passed over.</param>
    /// <param name="keys">Public keys that one trusts; null to trust the checkpoints as they are (they come from where nobody can change them).</param>
    public AuditVerifier(long workspace, IEnumerable<AuditCheckpoint> checkpoints, IReadOnlyCollection<AuditKey>? keys)
    {
        _workspace = workspace;
        var mine = checkpoints.Where(c => c.Workspace == workspace).OrderBy(static c => c.Size).ToList();
        if (keys is not null)
            _fault = CheckpointSignatures.Fault(mine, keys);

        _checkpoints = mine.ToLookup(static c => c.Size);
        _longest = mine.Count > 0 ? mine[^1].Size : 0;
        var pruned = mine.FindLast(static c => c.Kind == AuditCheckpoint.Pruned);
        _prunedTo = pruned?.Size ?? 0;
        _head = pruned is null ? AuditChain.Genesis(workspace) : Convert.FromHexString(pruned.Head);
        _good = _prunedTo;
        Checkpoints = mine.Count;
    }

    /// <summary>How many checkpoints the chain is held against.</summary>
    public int Checkpoints { get; }

    /// <summary>True when something was found wrong; what comes after is not looked at.</summary>
    public bool Broken => _fault is not null;

    /// <summary>Takes the next entry.</summary>
    public void Add(SealedEntry entry)
    {
        if (_fault is not null)
            return;
        if (_waiting is not null)
            Check(_waiting, entry);
        _waiting = entry;
    }

    /// <summary>Says that an entry is wrong for a reason outside the chain, as columns that do not agree with the body.</summary>
    public void Fail(AuditFault fault) => _fault ??= fault;

    /// <summary>Ends the chain.</summary>
    public AuditVerdict Finish()
    {
        if (_fault is null && _waiting is not null)
            Check(_waiting, next: null);
        _waiting = null;
        if (_fault is null && Seq < _longest)
        {
            _fault = new(AuditFaults.Truncated, Seq + 1, null, string.Create(
                CultureInfo.InvariantCulture, $"The chain ends at {Seq}, but a signed checkpoint has seen {_longest} entries: the end was cut off."));
        }

        return new()
        {
            Valid = _fault is null,
            Workspace = _workspace,
            Entries = _count,
            FirstSeq = _first,
            LastSeq = Seq,
            Head = Convert.ToHexStringLower(_head),
            Checkpoints = Checkpoints,
            Fault = _fault,
        };
    }

    private long Seq => _last?.Seq ?? _prunedTo;

    private void Check(SealedEntry entry, SealedEntry? next)
    {
        if (_fault is not null || Misplaced(entry, next) || Miscounted(entry, next))
            return;
        if (_first == 0)
            _first = entry.Seq;
        _count++;
        (_headBefore, _head, _last) = (_head, entry.Hash, entry);
        if (AuditChain.DayOf(entry.SealedAt) is var day && day != _dayNumber)
            (_dayNumber, _dayFirst, _day) = (day, entry.Seq, new());
        _day.Add(entry.Hash);
        foreach (var checkpoint in _checkpoints[entry.Seq])
            Compare(checkpoint);
    }

    private bool Misplaced(SealedEntry entry, SealedEntry? next)
    {
        var due = Seq + 1;
        if (entry.Workspace != _workspace)
            return Fault(AuditFaults.Inserted, entry, $"It belongs to workspace {entry.Workspace}.");
        if (entry.Seq == due)
            return false;
        if (entry.Seq < due)
            return Fault(AuditFaults.Inserted, entry, $"Its place {entry.Seq} is taken already.");
        if (next?.Seq == due)
            return Fault(AuditFaults.Reordered, entry, $"It stands before entry {due}.");
        _fault = new(AuditFaults.Removed, due, null, entry.Seq == due + 1
            ? string.Create(CultureInfo.InvariantCulture, $"Entry {due} is missing; the next is {entry.Seq}.")
            : string.Create(CultureInfo.InvariantCulture, $"Entries {due} to {entry.Seq - 1} are missing."));
        return true;
    }

    private bool Miscounted(SealedEntry entry, SealedEntry? next)
    {
        if (Follows(_head, entry))
        {
            if (_last is null || entry.SealedAt >= _last.SealedAt)
                return false;
            return Fault(AuditFaults.Inserted, entry, "It was sealed before the entry that it follows.");
        }

        if (_headBefore is not null && Follows(_headBefore, entry))
            return Fault(AuditFaults.Inserted, _last!, "The entry after it follows the one before it.");
        if (next is not null && (Follows(_head, next) || AuditChain.Hash(_head, next.SealedAt, next.Body).AsSpan().SequenceEqual(entry.Hash)))
            return Fault(AuditFaults.Reordered, entry, "It stands before the entry that it follows.");
        return Fault(AuditFaults.Changed, entry, "Its content does not give its hash: it was changed, or an entry before it was taken out and the rest renumbered.");
    }

    private void Compare(AuditCheckpoint checkpoint)
    {
        var head = Convert.ToHexStringLower(_head);
        if (checkpoint.Head != head)
        {
            Rewritten(checkpoint, "head");
            return;
        }

        if (checkpoint.Kind == AuditCheckpoint.Chain && (checkpoint.DayFirst != _dayFirst || checkpoint.DayRoot != Convert.ToHexStringLower(_day.Root)))
            Rewritten(checkpoint, "tree of " + checkpoint.Day);
        else
            _good = checkpoint.Size;
    }

    private void Rewritten(AuditCheckpoint checkpoint, string what)
    {
        // Which of them was the first nobody can tell; the one named is the first that may be.
        _fault = new(AuditFaults.Rewritten, _good + 1, _good + 1 == _last!.Seq ? AuditChain.Field(_last.Body, "entry_id") : null, string.Create(
            CultureInfo.InvariantCulture,
            $"The {what} is not that of the checkpoint of size {checkpoint.Size}: entries from {_good + 1} to {checkpoint.Size} were written anew."));
    }

    private bool Fault(string kind, SealedEntry entry, string message)
    {
        _fault = new(kind, entry.Seq, AuditChain.Field(entry.Body, "entry_id"), message);
        return true;
    }

    private static bool Follows(byte[] head, SealedEntry entry) => AuditChain.Hash(head, entry.SealedAt, entry.Body).AsSpan().SequenceEqual(entry.Hash);
}
