namespace Orrery.Statistics;

/// <summary>Ranks of values from 1; equal values have the mean of their ranks.</summary>
public static class Ranks
{
    /// <summary>The rank of each value.</summary>
    /// <param name="values">Numbers, none of them NaN.</param>
    /// <param name="ties">Sum of t³ - t over groups of t equal values; 0 when all differ.</param>
    public static double[] Of(ReadOnlySpan<double> values, out double ties)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var index = 0; index < order.Length; index++)
            order[index] = index;
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        ties = 0;
        for (var first = 0; first < sorted.Length;)
        {
            var end = first;
            while (end < sorted.Length && sorted[end] == sorted[first])
                end++;
            double same = end - first;
            ties += (same * same * same) - same;
            for (var rank = (first + 1 + end) / 2.0; first < end; first++)
                ranks[order[first]] = rank;
        }

        return ranks;
    }
}
