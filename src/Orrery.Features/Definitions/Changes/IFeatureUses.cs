using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>Answered by modules above: what uses a project's features.</summary>
public interface IFeatureUses
{
    /// <summary>All uses of a project's features.</summary>
    /// <param name="actor">Who asks, and in which workspace.</param>
    /// <param name="project">The project.</param>
    /// <param name="cancel">Stops waiting.</param>
    ValueTask<IReadOnlyList<FeatureUse>> ListAsync(Actor actor, string project, CancellationToken cancel);

    /// <summary>Which of some training sets are needed: a run that was not removed names them.</summary>
    /// <param name="session">In which they are about to be removed.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="sets">The training sets.</param>
    /// <returns>Ids of those.</returns>
    ValueTask<IReadOnlySet<string>> NeededAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<TrainingData> sets);
}
