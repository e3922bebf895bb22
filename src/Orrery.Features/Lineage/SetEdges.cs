using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Writes what a training set was made of.</summary>
internal static class SetEdges
{
    /// <summary>A set that is ready, or is not to be, as other systems are told.</summary>
    public static LineageFact Ended(TrainingSet set, long now) => new(NodeKinds.TrainingSet, set.Id, set.Problem is null ? LineageFact.Complete : LineageFact.Fail, now)
    {
        Job = $"training-sets/{set.Project}/{set.Name}",
        JobType = "TRAINING_SET",
        StartedAt = set.CreatedAt,
        Error = set.Problem,
    };

    /// <summary>Writes its edges. A run may have named its data before: who may see that is said here.</summary>
    public static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, FeatureProject? project, Manifest manifest)
    {
        var edges = FeatureEdges.Of(project, manifest);
        await LineageEdges.AppendAsync(session, workspace, edges);
        await LineageEdges.DescribeAsync(session, workspace, [edges[0].From, edges[0].To], edges[0].At);
    }
}
