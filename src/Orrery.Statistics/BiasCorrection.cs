namespace Orrery.Statistics;

/// <summary>Bias-corrected and accelerated bootstrap intervals (Efron 1987).</summary>
public static class BiasCorrection
{
    /// <summary>The shares of the resamples between which the interval lies; null when all of them are on one side of the estimate.</summary>
    /// <param name="resampled">Values of the statistic over resamples.</param>
    /// <param name="estimate">Its value of the sample itself.</param>
    /// <param name="acceleration">See <see cref="JackknifeSums.Acceleration"/>.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    public static (double Lower, double Upper)? Shares(ReadOnlySpan<double> resampled, double estimate, double acceleration, double confidence)
    {
        int below = 0, upTo = 0;
        foreach (var value in resampled)
        {
            below += value < estimate ? 1 : 0;
            upTo += value <= estimate ? 1 : 0;
        }

        if (upTo == 0 || below == resampled.Length || !double.IsFinite(acceleration))
            return null;
        var bias = Tails.NormalQuantile((below + upTo) / (2.0 * resampled.Length));
        var reach = Tails.NormalQuantile((1 + confidence) / 2);
        return (Share(bias, -reach, acceleration), Share(bias, reach, acceleration));
    }

    /// <summary>The interval of a statistic's resampled values; null when all of them are on one side of the estimate.</summary>
    public static (double Lower, double Upper)? Interval(ReadOnlySpan<double> resampled, double estimate, double acceleration, double confidence)
    {
        if (Shares(resampled, estimate, acceleration, confidence) is not { } shares)
            return null;
        var sorted = resampled.ToArray();
        Array.Sort(sorted);
        return (Replicates.Quantile(sorted, shares.Lower), Replicates.Quantile(sorted, shares.Upper));
    }

    private static double Share(double bias, double reach, double acceleration)
    {
        var moved = bias + reach;
        return Math.Clamp(Tails.Normal(bias + (moved / (1 - (acceleration * moved)))), 0, 1);
    }
}
