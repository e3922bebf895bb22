using Microsoft.Extensions.Logging;

namespace Orrery.Serving;

/// <summary>Counts what prediction logs have lost, and says so once a minute.</summary>
internal sealed class LostPredictions(ServingMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly string[] Reasons = ["queue_full", "too_large", "disk_full", "store_failed"];
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    private readonly long[] _since = new long[Reasons.Length];
    private DateTimeOffset _told = DateTimeOffset.MinValue;

    public void Add(string why, int predictions)
    {
        if (predictions == 0)
            return;
        metrics.Lost(why, predictions);
        Interlocked.Add(ref _since[Array.IndexOf(Reasons, why)], predictions);
    }

    /// <summary>Says what was lost since it was said last; not more than once a minute.</summary>
    public void Tell()
    {
        if (time.GetUtcNow() - _told < Often)
            return;
        var lost = Reasons.Select((reason, index) => (reason, Count: Interlocked.Exchange(ref _since[index], 0))).Where(static one => one.Count > 0).ToList();
        if (lost.Count == 0)
            return;
        _told = time.GetUtcNow();
        Log.PredictionsLost(logger, lost.Sum(static one => one.Count), string.Join(", ", lost.Select(static one => $"{one.reason} {one.Count}")));
    }
}
