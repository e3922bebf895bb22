namespace Orrery.Governance;

/// <summary>Metrics that permutation importance is measured by; greater is better.</summary>
internal static class ExplanationMetrics
{
    /// <summary>Area under the ROC curve by ranks, ties as halves; NaN when there is one class alone.</summary>
    public static double RocAuc(ReadOnlySpan<double> answers, IReadOnlyList<bool> positives)
    {
        var order = Enumerable.Range(0, answers.Length).ToArray();
        Array.Sort(answers.ToArray(), order);
        var (ranks, count) = (0.0, 0);
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && answers[order[end]] == answers[order[first]])
                end++;
            for (var place = first; place < end; place++)
            {
                if (!positives[order[place]])
                    continue;
                ranks += (first + end + 1) / 2.0;
                count++;
            }

            first = end;
        }

        return count == 0 || count == order.Length ? double.NaN : (ranks - (count * (count + 1) / 2.0)) / ((double)count * (order.Length - count));
    }

    /// <summary>Coefficient of determination; NaN when all that is true is the same.</summary>
    public static double R2(ReadOnlySpan<double> answers, IReadOnlyList<double> truth)
    {
        var mean = truth.Average();
        var (residual, total) = (0.0, 0.0);
        for (var row = 0; row < answers.Length; row++)
        {
            residual += (truth[row] - answers[row]) * (truth[row] - answers[row]);
            total += (truth[row] - mean) * (truth[row] - mean);
        }

        return total == 0 ? double.NaN : 1 - (residual / total);
    }
}
