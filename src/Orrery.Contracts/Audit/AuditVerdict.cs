namespace Orrery.Contracts;

/// <summary>What checking a chain found.</summary>
public sealed record AuditVerdict
{
    /// <summary>Nothing was wrong.</summary>
    public bool Valid { get; init; }

    /// <summary>Number of the workspace.</summary>
    public long Workspace { get; init; }

    /// <summary>Entries that were checked.</summary>
    public long Entries { get; init; }

    /// <summary>Place of the first entry that is kept; 0 without any.</summary>
    public long FirstSeq { get; init; }

    /// <summary>Place of the last entry that was checked; 0 without any.</summary>
    public long LastSeq { get; init; }

    /// <summary>Hash of the last entry that was checked, lower-case hexadecimal.</summary>
    public string? Head { get; init; }

    /// <summary>Signed checkpoints that the chain was held against.</summary>
    public int Checkpoints { get; init; }

    /// <summary>The first thing that is wrong; null when the chain is whole.</summary>
    public AuditFault? Fault { get; init; }
}

/// <summary>What checking a proof found.</summary>
public sealed record AuditProofVerdict
{
    /// <summary>The entry is in the signed checkpoint.</summary>
    public bool Valid { get; init; }

    /// <summary>Number of the workspace.</summary>
    public long Workspace { get; init; }

    /// <summary>Place of the entry.</summary>
    public long Seq { get; init; }

    /// <summary>Why it is not shown; null when it is.</summary>
    public string? Fault { get; init; }
}

/// <summary>What is wrong with a chain.</summary>
/// <param name="Kind">One of <see cref="AuditFaults"/>.</param>
/// <param name="Seq">Place of the first broken entry.</param>
/// <param name="EntryId">Its id; null when it is gone.</param>
/// <param name="Message">For people.</param>
public sealed record AuditFault(string Kind, long Seq, string? EntryId, string Message);

/// <summary>Kinds of <see cref="AuditFault"/>.</summary>
public static class AuditFaults
{
    /// <summary>Its content does not give its hash.</summary>
    public const string Changed = "changed";

    /// <summary>A place is empty.</summary>
    public const string Removed = "removed";

    /// <summary>It stands between two that followed each other.</summary>
    public const string Inserted = "inserted";

    /// <summary>It stands before one that came earlier.</summary>
    public const string Reordered = "reordered";

    /// <summary>Entries at the end are gone that a signed checkpoint has seen.</summary>
    public const string Truncated = "truncated";

    /// <summary>The chain agrees with itself and not with a signed checkpoint: it was written anew.</summary>
    public const string Rewritten = "rewritten";

    /// <summary>A checkpoint's signature is not that of a key that was good at the time.</summary>
    public const string Forged = "forged_checkpoint";

    /// <summary>A checkpoint names a key that is not among those trusted.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>What the database says of the chain's end is not what its entries are.</summary>
    public const string WrongEnd = "wrong_end";

    /// <summary>There is nothing that could be checked.</summary>
    public const string Empty = "empty";
}
