namespace Orrery.Statistics;

/// <summary>Tests of two independent proportions.</summary>
public static class Proportions
{
    private const double Enough = 5;

    /// <summary>Fisher's exact test where a cell is expected to have fewer than five, else the pooled z test.</summary>
    public static TestOutcome Compare(long firstHits, long first, long secondHits, long second)
    {
        var share = (double)(firstHits + secondHits) / (first + second);
        var least = Math.Min(share, 1 - share) * Math.Min(first, second);
        return least < Enough ? Fisher(firstHits, first, secondHits, second) : Z(firstHits, first, secondHits, second);
    }

    /// <summary>The pooled z test.</summary>
    public static TestOutcome Z(long firstHits, long first, long secondHits, long second)
    {
        var share = (double)(firstHits + secondHits) / (first + second);
        var z = (((double)firstHits / first) - ((double)secondHits / second)) / Math.Sqrt(share * (1 - share) * ((1.0 / first) + (1.0 / second)));
        return new("two_proportion_z", z, Tails.NormalTwoSided(z));
    }

    /// <summary>The z test of two weighted proportions, each with the variance of its linear approximation.</summary>
    /// <param name="first">Proportion and variance.</param>
    /// <param name="second">Proportion and variance.</param>
    public static TestOutcome Weighted((double Share, double Variance) first, (double Share, double Variance) second)
    {
        var z = (first.Share - second.Share) / Math.Sqrt(first.Variance + second.Variance);
        return new("weighted_proportion_z", z, Tails.NormalTwoSided(z));
    }

    /// <summary>Fisher's exact test, two-sided: all tables of the same margins that are no likelier. The statistic is the odds ratio.</summary>
    public static TestOutcome Fisher(long firstHits, long first, long secondHits, long second)
    {
        var hits = firstHits + secondHits;
        var seen = LogChance(firstHits, first, hits, second);
        double sum = 0;
        for (var one = Math.Max(0, hits - second); one <= Math.Min(hits, first); one++)
        {
            var chance = LogChance(one, first, hits, second);
            if (chance <= seen + 1e-7)
                sum += Math.Exp(chance);
        }

        var odds = (double)firstHits * (second - secondHits) / ((double)secondHits * (first - firstHits));
        return new("fisher_exact", odds, Math.Min(1, sum));
    }

    private static double LogChance(long one, long first, long hits, long second) =>
        Tails.LogChoose(first, one) + Tails.LogChoose(second, hits - one) - Tails.LogChoose(first + second, hits);
}
