namespace Orrery.Contracts;

/// <summary>Where a prediction came from, back to the sources of its training rows.</summary>
public sealed record PredictionTrace
{
    /// <summary>The prediction's id.</summary>
    public required string PredictionId { get; init; }

    /// <summary>When it was answered, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Whether somebody said what turned out to be true.</summary>
    public bool IsLabelled { get; init; }

    /// <summary>The prediction, the deployment revision and the model version that made it, and all that these came of. The prediction is the first node.</summary>
    public required LineageGraph Graph { get; init; }
}
