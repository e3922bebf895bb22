using Orrery.Contracts;

namespace Orrery.Audit;

/// <summary>The end of a workspace's chain.</summary>
internal sealed record ChainHead(long Tenant, long Seq, byte[] Hash, long SealedAt, long DayFirst, byte[] Tree)
{
    public long CheckpointSize { get; init; }

    public long CheckpointAt { get; init; }

    public long Day => AuditChain.DayOf(SealedAt);

    public long DaySize => Seq - DayFirst + 1;

    public static ChainHead Empty(long tenant) => new(tenant, 0, AuditChain.Genesis(tenant), 0, 1, []);
}
