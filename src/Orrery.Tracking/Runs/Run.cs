namespace Orrery.Tracking;

/// <summary>The states of a run.</summary>
internal static class RunStatus
{
    public const string Running = "RUNNING";
    public const string Finished = "FINISHED";

    /// <summary>In the order of MLflow's enum, whose first value is 1.</summary>
    public static readonly string[] All = [Running, "SCHEDULED", Finished, "FAILED", "KILLED"];

    public static bool IsFinal(string status) => status is Finished or "FAILED" or "KILLED";
}

/// <summary>A run's own row.</summary>
/// <param name="RunId">32 hexadecimal digits.</param>
/// <param name="ExperimentId">Where it belongs; never changes.</param>
/// <param name="Name">Given or made up.</param>
/// <param name="User">Who ran it, as the client says.</param>
/// <param name="Status">RUNNING, SCHEDULED, FINISHED, FAILED or KILLED.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="EndedAt">Unix milliseconds; null until it ends.</param>
/// <param name="Stage">Of <see cref="Lifecycle"/>.</param>
/// <param name="ArtifactUri">Root of its artifacts.</param>
/// <param name="Revision">Rises with every write to it.</param>
public sealed record Run(
    string RunId,
    long ExperimentId,
    string Name,
    string User,
    string Status,
    long StartedAt,
    long? EndedAt,
    string Stage,
    string ArtifactUri,
    long Revision);

/// <summary>A run that a write has taken hold of: its row is locked until the transaction ends.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ExperimentId">Its experiment.</param>
/// <param name="Revision">The one this write makes.</param>
internal sealed record RunTouch(string RunId, long ExperimentId, long Revision);

/// <summary>What one request logs to a run: all of it or nothing.</summary>
/// <param name="Metrics">At most 1000.</param>
/// <param name="Params">At most 100.</param>
/// <param name="Tags">At most 100.</param>
public sealed record RunBatch(IReadOnlyList<LoggedMetric> Metrics, IReadOnlyList<Pair> Params, IReadOnlyList<Pair> Tags);
