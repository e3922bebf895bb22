using Microsoft.Extensions.ObjectPool;

namespace Orrery.Features;

/// <summary>All that one request for online features needs, kept and used again for the next. Not thread-safe.</summary>
internal sealed class OnlineCall : IResettable, IDisposable
{
    public OnlineRequest Request { get; } = new();

    public EntityRows Entities { get; } = new();

    public OnlineAnswer Answer { get; } = new();

    /// <summary>The answer's bytes.</summary>
    public ByteWriter Json { get; } = new(16 * 1024);

    /// <summary>Pieces of the answer that are written more than once.</summary>
    public ByteWriter Piece { get; } = new(4 * 1024);

    public OnlinePlan Plan { get; set; } = null!;

    public TtlOverride? Ttl { get; set; }

    /// <summary>True to answer as Feast does; false for truthful statuses.</summary>
    public bool IsFeast { get; set; }

    public bool TryReset()
    {
        Request.Clear();
        Entities.Clear();
        Answer.Clear();
        Json.Clear();
        Piece.Clear();
        Plan = null!;
        Ttl = null;
        // A buffer that one large answer made is not kept for ever.
        return Json.Capacity <= 1 << 20;
    }

    public void Dispose()
    {
        Entities.Dispose();
        Answer.Dispose();
        Json.Dispose();
        Piece.Dispose();
    }
}
