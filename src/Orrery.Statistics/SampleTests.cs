namespace Orrery.Statistics;

/// <summary>Tests of independent samples.</summary>
public static class SampleTests
{
    // The exact distribution of U takes time and memory of this product and its square.
    private const int MostExact = 900;

    /// <summary>Welch's t test of two means; NaN for fewer than two values, or without spread in both.</summary>
    public static TestOutcome Welch(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var (difference, error, degrees) = WelchError(first, second);
        var t = difference / error;
        return new("welch_t", t, double.IsFinite(t) ? Tails.StudentTwoSided(t, degrees) : double.NaN) { Degrees = double.IsFinite(degrees) ? degrees : null };
    }

    /// <summary>The difference of two means (first less second), its standard error, and the degrees of freedom after Welch and Satterthwaite.</summary>
    public static (double Difference, double Error, double Degrees) WelchError(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var ((a, deviationA), (b, deviationB)) = (PairedTests.Moments(first), PairedTests.Moments(second));
        var (left, right) = (deviationA * deviationA / first.Length, deviationB * deviationB / second.Length);
        var degrees = (left + right) * (left + right) / ((left * left / (first.Length - 1)) + (right * right / (second.Length - 1)));
        return (a - b, Math.Sqrt(left + right), degrees);
    }

    /// <summary>
    /// Mann and Whitney's U of the first sample. Exact for samples without ties whose sizes have a product of 900 or less, else normal with corrections for ties and
    /// continuity; NaN when all values are the same.
    /// </summary>
    public static TestOutcome MannWhitney(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] all = [.. first, .. second];
        var ranks = Ranks.Of(all, out var ties);
        double sum = 0;
        for (var index = 0; index < first.Length; index++)
            sum += ranks[index];
        var (n, m) = ((double)first.Length, (double)second.Length);
        var u = sum - (n * (n + 1) / 2);
        var greater = Math.Max(u, (n * m) - u);
        if (ties == 0 && n * m <= MostExact)
            return new("mann_whitney_exact", u, Exact(first.Length, second.Length, (int)Math.Round(greater)));
        var variance = n * m / 12 * (n + m + 1 - (ties / ((n + m) * (n + m - 1))));
        var z = (greater - (n * m / 2) - 0.5) / Math.Sqrt(variance);
        return new("mann_whitney", u, variance > 0 ? Math.Min(1, 2 * Tails.Normal(-z)) : double.NaN);
    }

    /// <summary>One-way analysis of variance of two or more means; NaN where no sample has spread.</summary>
    public static TestOutcome Anova(IReadOnlyList<double[]> samples)
    {
        var count = samples.Sum(static sample => sample.Length);
        var grand = samples.Sum(static sample => sample.Sum()) / count;
        double between = 0, within = 0;
        foreach (var sample in samples)
        {
            var mean = sample.Average();
            between += sample.Length * (mean - grand) * (mean - grand);
            foreach (var value in sample)
                within += (value - mean) * (value - mean);
        }

        var (above, below) = (samples.Count - 1, count - samples.Count);
        var f = between / above / (within / below);
        return new("anova", f, below > 0 && double.IsFinite(f) ? Tails.Fisher(f, above, below) : double.NaN) { Degrees = below, DegreesAbove = above };
    }

    /// <summary>Kruskal and Wallis' H with the correction for ties; NaN when all values are the same.</summary>
    public static TestOutcome KruskalWallis(IReadOnlyList<double[]> samples)
    {
        double[] all = [.. samples.SelectMany(static sample => sample)];
        var ranks = Ranks.Of(all, out var ties);
        double n = all.Length, squares = 0;
        var place = 0;
        foreach (var sample in samples)
        {
            double sum = 0;
            for (var index = 0; index < sample.Length; index++)
                sum += ranks[place++];
            squares += sum * sum / sample.Length;
        }

        var correction = 1 - (ties / ((n * n * n) - n));
        var h = ((12 / (n * (n + 1)) * squares) - (3 * (n + 1))) / correction;
        return new("kruskal_wallis", h, correction > 0 ? Tails.ChiSquared(h, samples.Count - 1) : double.NaN) { Degrees = samples.Count - 1 };
    }

    // Twice the share of the ways to rank whose U is no less: ways[u] counts those of i of the first among j of the second.
    private static double Exact(int n, int m, int u)
    {
        var ways = new double[n + 1][];
        for (var i = 0; i <= n; i++)
        {
            ways[i] = new double[(n * m) + 1];
            ways[i][0] = 1;
        }

        for (var j = 1; j <= m; j++)
        {
            for (var i = 1; i <= n; i++)
            {
                // The greatest of all is of the first (above j of the second) or of the second.
                for (var sum = i * j; sum >= j; sum--)
                    ways[i][sum] = ways[i - 1][sum - j] + (sum <= i * (j - 1) ? ways[i][sum] : 0);
            }
        }

        var (all, tail) = (ways[n].Sum(), 0.0);
        for (var sum = u; sum <= n * m; sum++)
            tail += ways[n][sum];
        return Math.Min(1, 2 * tail / all);
    }
}
