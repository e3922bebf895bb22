using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Tells risk and policies what models are asked: what the servers wrote down, the last hours among them.</summary>
internal sealed class TrafficHistory(Db db, TimeProvider time) : ITrafficHistory
{
    /// <summary>How long an hour is kept.</summary>
    public const int KeptDays = 8;

    private const int Days = 7;

    public ValueTask<long> BusiestDayAsync(Actor actor, string model, string environment, CancellationToken cancel) =>
        db.ReadAsync(session => TrafficStore.BusiestAsync(session, actor.Workspace, environment, model, HourOf(time.GetUtcNow()), Days), cancel);

    /// <summary>Hours since 1970.</summary>
    public static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;
}
