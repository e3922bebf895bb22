using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Tells what filling a view's stored values anew would cost.</summary>
internal interface IBackfillEstimate
{
    /// <summary>How many rows would be read, and how long it would take; nulls where that is not known.</summary>
    ValueTask<(long? Rows, TimeSpan? Duration)> EstimateAsync(Actor actor, FeatureProject project, FeatureView view, CancellationToken cancel);
}
