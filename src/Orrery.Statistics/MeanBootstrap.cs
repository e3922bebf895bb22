namespace Orrery.Statistics;

/// <summary>Bootstrap of means and of differences of means.</summary>
/// <param name="draws">Where the resamples come from.</param>
/// <param name="resamples">How many.</param>
public sealed class MeanBootstrap(ResampleDraws draws, int resamples)
{
    /// <summary>The mean of a sample, resampled.</summary>
    public double[] Means(ReadOnlySpan<double> sample)
    {
        var means = new double[resamples];
        for (var resample = 0; resample < resamples; resample++)
        {
            double sum = 0;
            for (var index = 0; index < sample.Length; index++)
                sum += sample[(int)(draws.Next() * sample.Length)];
            means[resample] = sum / sample.Length;
        }

        return means;
    }

    /// <summary>The mean of the first less that of the second, each resampled by itself.</summary>
    public double[] Differences(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var (left, right) = (Means(first), Means(second));
        for (var resample = 0; resample < resamples; resample++)
            left[resample] -= right[resample];
        return left;
    }

    /// <summary>Acceleration of the mean of the first less that of the second; an empty second is left out.</summary>
    public static double Acceleration(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var sums = new JackknifeSums();
        sums.Add(LeftOut(first, 1));
        if (!second.IsEmpty)
            sums.Add(LeftOut(second, -1));
        return sums.Acceleration;
    }

    private static double[] LeftOut(ReadOnlySpan<double> sample, int sign)
    {
        double sum = 0;
        foreach (var value in sample)
            sum += value;
        var means = new double[sample.Length];
        for (var index = 0; index < means.Length; index++)
            means[index] = sign * (sum - sample[index]) / Math.Max(1, sample.Length - 1);
        return means;
    }
}
