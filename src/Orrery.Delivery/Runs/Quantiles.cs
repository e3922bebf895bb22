namespace Orrery.Delivery;

/// <summary>Quantiles by nearest rank: the smallest value that at least so many have not exceeded.</summary>
internal static class Quantiles
{
    /// <param name="values">At least one, in any order.</param>
    /// <param name="share">More than 0 and up to 1.</param>
    public static double Of(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
