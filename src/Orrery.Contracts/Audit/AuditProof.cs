using System.Text;

namespace Orrery.Contracts;

/// <summary>
/// Shows that an entry is in the tree of a signed checkpoint, without the rest of the chain. Answer of
/// <c>GET /api/v1/audit/entries/{entry_id}/proof</c>.
/// </summary>
public sealed record AuditProof
{
    /// <summary>Number of the workspace.</summary>
    public required long Workspace { get; init; }

    /// <summary>Place of the entry in the chain.</summary>
    public required long Seq { get; init; }

    /// <summary>When it got its place, Unix milliseconds.</summary>
    public required long SealedAt { get; init; }

    /// <summary>Hash of the entry before, lower-case hexadecimal.</summary>
    public required string Before { get; init; }

    /// <summary>The entry: canonical JSON, as text.</summary>
    public required string Body { get; init; }

    /// <summary>Hashes that lead to the checkpoint's day root, from the leaf up, lower-case hexadecimal.</summary>
    public IReadOnlyList<string> Path { get => field ?? []; init; }

    /// <summary>What the proof leads to.</summary>
    public required AuditCheckpoint Checkpoint { get; init; }

    /// <summary>What is wrong with the proof; null when it holds.</summary>
    /// <param name="keys">Public keys that one trusts.</param>
    public string? Fault(IReadOnlyCollection<AuditKey> keys)
    {
        if (!Checkpoint.IsSignedBy(keys))
            return $"The checkpoint is not signed by a key that was good then (key {Checkpoint.KeyId}).";
        if (Checkpoint.Workspace != Workspace || Seq < Checkpoint.DayFirst || Seq > Checkpoint.Size)
            return "The checkpoint is of another workspace, or its day does not hold the entry.";
        try
        {
            var hash = AuditChain.Hash(Convert.FromHexString(Before), SealedAt, Encoding.UTF8.GetBytes(Body));
            var root = AuditMerkle.RootOf(
                AuditMerkle.Leaf(hash), Seq - Checkpoint.DayFirst, Checkpoint.DaySize(), [.. Path.Select(Convert.FromHexString)]);
            return root is not null && Convert.ToHexStringLower(root) == Checkpoint.DayRoot ? null : "The path does not lead from the entry to the checkpoint's root.";
        }
        catch (FormatException)
        {
            return "A hash is not hexadecimal.";
        }
    }
}
