namespace Orrery.Statistics;

/// <summary>How intervals are computed.</summary>
/// <param name="Seed">Of everything; each set of rows draws from a seed of its own, made of this and its name.</param>
/// <param name="Resamples">0 for no intervals.</param>
/// <param name="Confidence">Of the intervals.</param>
public sealed record ResamplePlan(long Seed, int Resamples, double Confidence)
{
    /// <summary>Whether bootstrap intervals are bias-corrected and accelerated; else they lie between percentiles.</summary>
    public bool IsCorrected { get; init; }

    /// <summary>Ends resampling, which asks before each resample.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>ResampleDraws for a set of rows: the same for the same seed and name.</summary>
    public ResampleDraws For(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        return new(unchecked(Seed ^ (long)hash));
    }
}
