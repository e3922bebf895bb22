namespace Churn;

/// <summary>The receiver operating characteristic of scores: any numbers that rise with the chance of leaving.</summary>
internal static class Roc
{
    /// <summary>
    /// The chance that a leaver is ranked above one who stays, ties counting half (the Mann-Whitney statistic), from any
    /// increasing score.
    /// </summary>
    /// <exception cref="ArgumentException">One of the two labels does not occur.</exception>
    public static double Auc(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        var sorted = scores.ToArray();
        var labelOf = labels.ToArray();
        Array.Sort(sorted, labelOf);
        long positives = 0;
        var rankSum = 0.0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
                end++;
            var meanRank = (start + end + 1) / 2.0;
            for (var i = start; i < end; i++)
                if (labelOf[i] == 1)
                {
                    positives++;
                    rankSum += meanRank;
                }
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0
            ? throw new ArgumentException("The area under the curve needs both labels.", nameof(labels))
            : (rankSum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }

    /// <summary>The curve from (0, 0) to (1, 1): false alarms against hits, one point per distinct score.</summary>
    public static IReadOnlyList<Point> Curve(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        var sorted = scores.ToArray();
        var labelOf = labels.ToArray();
        Array.Sort(sorted, labelOf);
        double positives = labelOf.Count(label => label == 1), negatives = labelOf.Length - positives;
        var points = new List<Point> { new(0, 0) };
        int hits = 0, falseAlarms = 0;
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            _ = labelOf[i] == 1 ? hits++ : falseAlarms++;
            if (i == 0 || sorted[i - 1] != sorted[i])
                points.Add(new(falseAlarms / negatives, hits / positives));
        }

        return points;
    }
}
