using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): what a metric loses when columns are permuted, columns of a group by the same permutation.</summary>
internal static class PermutationImportance
{
    /// <summary>Mean and standard deviation of the loss for each group of columns.</summary>
    /// <param name="score">The model.</param>
    /// <param name="rows">2 or more.</param>
    /// <param name="metric">Of answers; greater is better.</param>
    /// <param name="groups">Columns that are permuted together.</param>
    /// <param name="repeats">1 or more.</param>
    /// <param name="seed">Of the permutations.</param>
    /// <param name="cancel">Breaks off.</param>
    public static async ValueTask<Result<(double Score, (double Mean, double Std)[] Losses)>> MeasureAsync(
        RowScoring score, FeatureMatrix rows, Func<double[], double> metric, IReadOnlyList<int[]> groups, int repeats, int seed, CancellationToken cancel)
    {
        if ((await score(rows, cancel)).Failed(out var refused, out var answers))
            return refused;
        var whole = metric(answers);
        var random = new Random(seed);
        var losses = new (double Mean, double Std)[groups.Count];
        for (var group = 0; group < groups.Count; group++)
        {
            var measured = new double[repeats];
            for (var repeat = 0; repeat < repeats; repeat++)
            {
                cancel.ThrowIfCancellationRequested();
                var order = Enumerable.Range(0, rows.Rows).ToArray();
                random.Shuffle(order);
                if ((await score(Permuted(rows, groups[group], order), cancel)).Failed(out refused, out answers))
                    return refused;
                measured[repeat] = whole - metric(answers);
            }

            var mean = measured.Average();
            losses[group] = (mean, Math.Sqrt(measured.Average(loss => (loss - mean) * (loss - mean))));
        }

        return (whole, losses);
    }

    private static FeatureMatrix Permuted(FeatureMatrix rows, int[] columns, int[] order)
    {
        var permuted = new FeatureMatrix(rows.Rows, rows.Columns);
        rows.Values.CopyTo(permuted.Values, 0);
        foreach (var column in columns)
        {
            for (var row = 0; row < order.Length; row++)
                permuted[row, column] = rows[order[row], column];
        }

        return permuted;
    }
}
