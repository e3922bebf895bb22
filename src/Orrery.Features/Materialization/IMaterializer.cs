using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What is to be brought online.</summary>
/// <param name="Views">Which views; checked to be online.</param>
/// <param name="Start">From when, inclusive; null to go on where each view's last run ended, or for all there is.</param>
/// <param name="End">Until when, inclusive; null for all there is.</param>
internal sealed record MaterializationOrder(IReadOnlyList<FeatureView> Views, DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>True to go on where each view's last run ended.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>True to give up a run of the view that is under way.</summary>
    public bool Force { get; init; }
}

/// <summary>Brings feature values online, on behalf of Feast's endpoints.</summary>
internal interface IMaterializer
{
    /// <summary>Begins runs, and waits for their end when asked to.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="project">The definitions.</param>
    /// <param name="order">What.</param>
    /// <param name="wait">Answer when they have ended, with the failure of the first that failed.</param>
    /// <param name="cancel">Stops waiting; runs that have begun go on.</param>
    /// <returns><c>features.materializing</c> when one of the views is in a run already, and <see cref="MaterializationOrder.Force"/> was not given.</returns>
    ValueTask<Result<Done>> RunAsync(Actor actor, FeatureProject project, MaterializationOrder order, bool wait, CancellationToken cancel);
}
