using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Knows which revision and version made a prediction. Answered by the module that logs predictions.</summary>
public interface IPredictionOrigins
{
    /// <summary>Where a prediction came from; <c>serving.prediction_not_found</c>.</summary>
    public ValueTask<Result<PredictionOrigin>> FindAsync(Actor actor, string id, CancellationToken cancel);
}

/// <summary>Where a prediction came from.</summary>
/// <param name="Id">The prediction's, as it is written everywhere.</param>
/// <param name="At">When it was answered, Unix milliseconds.</param>
/// <param name="Revision">The deployment revision.</param>
/// <param name="Version">The model version.</param>
/// <param name="IsLabelled">Whether there is a label.</param>
public sealed record PredictionOrigin(string Id, long At, GraphNode Revision, GraphNode Version, bool IsLabelled);
