namespace Orrery.Governance;

/// <summary>
/// Variance and covariance of areas under ROC curves over the same rows: DeLong, DeLong and Clarke-Pearson 1988, by midranks as Sun and Xu 2014 compute them.
/// </summary>
internal static class DeLong
{
    /// <summary>The placements of a score's positives among its negatives, and of its negatives among its positives; their means are the area.</summary>
    /// <param name="order">Rows by ascending score; both classes are there.</param>
    /// <param name="scores">Of all rows.</param>
    /// <param name="positive">Of all rows.</param>
    /// <param name="slots">Where each row's placement goes, the same for every score that is compared: its place among the positives or the negatives.</param>
    /// <param name="positives">How many there are.</param>
    public static AucPlacements Place(ReadOnlySpan<int> order, double[] scores, bool[] positive, int[] slots, int positives)
    {
        var negatives = order.Length - positives;
        var (up, down) = (new double[positives], new double[negatives]);
        double below = 0, under = 0;
        for (var first = 0; first < order.Length;)
        {
            var (end, ups, downs) = (first, 0, 0);
            for (; end < order.Length && scores[order[end]] == scores[order[first]]; end++)
            {
                if (positive[order[end]])
                    ups++;
                else
                    downs++;
            }

            for (; first < end; first++)
            {
                if (positive[order[first]])
                    up[slots[order[first]]] = (below + (downs / 2.0)) / negatives;
                else
                    down[slots[order[first]]] = (positives - under - (ups / 2.0)) / positives;
            }

            (below, under) = (below + downs, under + ups);
        }

        return new(up, down);
    }

    /// <summary>Numbers rows of each class from 0.</summary>
    public static int[] Slots(ReadOnlySpan<int> rows, bool[] positive, out int positives)
    {
        var slots = new int[positive.Length];
        var (ups, downs) = (0, 0);
        foreach (var row in rows)
            slots[row] = positive[row] ? ups++ : downs++;
        positives = ups;
        return slots;
    }

    /// <summary>Variance of one area, or covariance of two.</summary>
    public static double Covariance(AucPlacements left, AucPlacements right) =>
        (Covariance(left.Up, right.Up) / left.Up.Length) + (Covariance(left.Down, right.Down) / left.Down.Length);

    private static double Covariance(double[] left, double[] right)
    {
        if (left.Length < 2)
            return double.NaN;
        var (a, b, sum) = (left.Average(), right.Average(), 0.0);
        for (var index = 0; index < left.Length; index++)
            sum += (left[index] - a) * (right[index] - b);
        return sum / (left.Length - 1);
    }
}

/// <summary>Placements of DeLong.</summary>
/// <param name="Up">For each positive, the share of negatives below it.</param>
/// <param name="Down">For each negative, the share of positives above it.</param>
internal sealed record AucPlacements(double[] Up, double[] Down)
{
    /// <summary>Area under the ROC curve.</summary>
    public double Auc => Up.Average();
}
