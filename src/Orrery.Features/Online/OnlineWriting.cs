using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Writes of the usual kind.</summary>
internal static class OnlineWriting
{
    /// <summary>Writes rows; those of equal times take the place of what is there.</summary>
    public static ValueTask<Result<int>> WriteAsync(this IOnlineStore store, OnlineTable table, IReadOnlyList<OnlineWrite> writes, CancellationToken cancel) =>
        store.WriteAsync(table, writes, EqualTimes.Replace, cancel);
}
