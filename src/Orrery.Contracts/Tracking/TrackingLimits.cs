namespace Orrery.Contracts;

/// <summary>Limits of MLflow's tracking API that both ends keep.</summary>
public static class TrackingLimits
{
    /// <summary>Metric points in one log-batch.</summary>
    public const int BatchMetrics = 1000;

    /// <summary>Parameters in one log-batch.</summary>
    public const int BatchParams = 100;

    /// <summary>Tags in one log-batch.</summary>
    public const int BatchTags = 100;

    /// <summary>Metric points, parameters and tags together in one log-batch.</summary>
    public const int BatchTotal = 1000;

    /// <summary>Bytes of one log-batch body.</summary>
    public const int BatchBytes = 1_000_000;

    /// <summary>Points in one page of a metric's history.</summary>
    public const int HistoryPage = 25_000;

    /// <summary>Runs or experiments in one page of a search.</summary>
    public const int SearchPage = 50_000;
}
