using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Tracking;

/// <summary>Runs' rows as the native API gives them.</summary>
internal static class RunInfos
{
    public static RunInfo Of(Run run) => new()
    {
        RunId = run.RunId,
        RunUuid = run.RunId,
        RunName = run.Name,
        ExperimentId = run.ExperimentId.ToString(CultureInfo.InvariantCulture),
        UserId = run.User,
        Status = Enum.Parse<Contracts.RunStatus>(run.Status, ignoreCase: true),
        StartTime = run.StartedAt,
        EndTime = run.EndedAt,
        ArtifactUri = run.ArtifactUri,
        LifecycleStage = run.Stage == Lifecycle.Deleted ? LifecycleStage.Deleted : LifecycleStage.Active,
    };
}
