namespace Orrery.Statistics;

/// <summary>Tests of paired observations.</summary>
public static class PairedTests
{
    private const int MostExact = 1000;

    /// <summary>McNemar's test of two classifiers on the same rows: exact to a thousand rows on which one alone is right, else chi squared with continuity correction.</summary>
    /// <param name="first">Rows on which only the first is right.</param>
    /// <param name="second">Rows on which only the second is right.</param>
    public static TestOutcome McNemar(long first, long second) => first + second <= MostExact ? McNemarExact(first, second) : McNemarCorrected(first, second);

    /// <summary>McNemar's exact test: a two-sided binomial.</summary>
    public static TestOutcome McNemarExact(long first, long second) => new("mcnemar_exact", Math.Min(first, second), Tails.FairTwoSided(first, first + second));

    /// <summary>McNemar's test with Edwards' continuity correction.</summary>
    public static TestOutcome McNemarCorrected(long first, long second)
    {
        if (first + second == 0)
            return new("mcnemar_corrected", 0, 1);
        var apart = Math.Max(0, Math.Abs(first - second) - 1.0);
        var statistic = apart * apart / (first + second);
        return new("mcnemar_corrected", statistic, Tails.ChiSquaredOne(statistic));
    }

    /// <summary>Student's t of paired differences; NaN for fewer than two, or differences that are all 0.</summary>
    public static TestOutcome T(ReadOnlySpan<double> differences)
    {
        var (mean, deviation) = Moments(differences);
        var t = mean / (deviation / Math.Sqrt(differences.Length));
        return new("paired_t", t, double.IsNaN(t) ? double.NaN : Tails.StudentTwoSided(t, differences.Length - 1)) { Degrees = differences.Length - 1 };
    }

    /// <summary>
    /// Student's t of the weighted mean of paired differences. The mean is a ratio of sums, and its variance that of its linear approximation: the squares of w (d - mean) over the squared
    /// sum of weights. With weights that are all the same it is <see cref="T"/>. NaN for fewer than two rows of any weight, or differences that are all 0.
    /// </summary>
    public static TestOutcome WeightedT(ReadOnlySpan<double> differences, ReadOnlySpan<double> weights)
    {
        var (mean, error, rows) = WeightedMoments(differences, weights);
        var t = mean / error;
        return new("weighted_paired_t", t, double.IsNaN(t) ? double.NaN : Tails.StudentTwoSided(t, rows - 1)) { Degrees = rows - 1 };
    }

    /// <summary>The weighted mean, its standard error by linear approximation, and the rows of any weight; see <see cref="WeightedT"/>.</summary>
    public static (double Mean, double Error, int Rows) WeightedMoments(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        double sum = 0, weight = 0, squares = 0;
        var rows = 0;
        for (var row = 0; row < values.Length; row++)
        {
            (sum, weight) = (sum + (weights[row] * values[row]), weight + weights[row]);
            rows += weights[row] > 0 ? 1 : 0;
        }

        var mean = sum / weight;
        for (var row = 0; row < values.Length; row++)
            squares += Math.Pow(weights[row] * (values[row] - mean), 2);
        return (mean, rows < 2 ? double.NaN : Math.Sqrt(squares * rows / (rows - 1.0)) / weight, rows);
    }

    /// <summary>
    /// The corrected resampled t test (Nadeau and Bengio 2003) of differences over folds or random splits of one data set, which share rows and are no independent
    /// observations; NaN for fewer than two, or differences that are all the same.
    /// </summary>
    /// <param name="differences">One for each split.</param>
    /// <param name="testShare">Share of the rows that each split is tested on, 0 to 1; one k-th for k folds.</param>
    public static TestOutcome CorrectedResampledT(ReadOnlySpan<double> differences, double testShare)
    {
        var (mean, deviation) = Moments(differences);
        var t = mean / (deviation * Math.Sqrt((1.0 / differences.Length) + (testShare / (1 - testShare))));
        return new("corrected_resampled_t", t, double.IsFinite(t) ? Tails.StudentTwoSided(t, differences.Length - 1) : double.NaN) { Degrees = differences.Length - 1 };
    }

    /// <summary>Mean and standard deviation (n-1).</summary>
    public static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
            return (values.Length == 1 ? values[0] : double.NaN, double.NaN);
        // From the first value on, so that values that are all the same have no spread.
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value - values[0];
        var mean = values[0] + (sum / values.Length);
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / (values.Length - 1)));
    }

    /// <summary>
    /// Wilcoxon's signed-rank test; differences of 0 are left out. Exact for up to 50 differences without ties, else normal with correction for ties, as scipy's.
    /// The statistic is the smaller of the two sums of ranks.
    /// </summary>
    public static TestOutcome Wilcoxon(ReadOnlySpan<double> differences)
    {
        var left = differences.ToArray().Where(static one => one != 0 && !double.IsNaN(one)).OrderBy(Math.Abs).ToArray();
        var n = left.Length;
        if (n == 0)
            return new("wilcoxon", 0, double.NaN);
        double plus = 0, ties = 0;
        for (var first = 0; first < n;)
        {
            var end = first;
            while (end < n && Math.Abs(left[end]) == Math.Abs(left[first]))
                end++;
            double same = end - first;
            ties += (same * same * same) - same;
            for (var rank = (first + end + 1) / 2.0; first < end; first++)
                plus += left[first] > 0 ? rank : 0;
        }

        var smaller = Math.Min(plus, (n * (n + 1.0) / 2) - plus);
        if (n <= 50 && ties == 0 && n == differences.Length)
            return new("wilcoxon_exact", smaller, SignedRanks(n, (int)Math.Round(smaller)));
        var variance = (n * (n + 1.0) * ((2 * n) + 1.0) / 24) - (ties / 48);
        return new("wilcoxon", smaller, Tails.NormalTwoSided((smaller - (n * (n + 1.0) / 4)) / Math.Sqrt(variance)));
    }

    // Twice the share of the 2^n choices of signs whose sum of ranks is no more.
    private static double SignedRanks(int n, int sum)
    {
        var ways = new double[(n * (n + 1) / 2) + 1];
        ways[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var total = rank * (rank + 1) / 2; total >= rank; total--)
                ways[total] += ways[total - rank];
        }

        return Math.Min(1, 2 * ways.Take(sum + 1).Sum() / Math.Pow(2, n));
    }
}
