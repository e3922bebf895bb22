using Orrery.Governance;
using Orrery.Kernel;

namespace Orrery.Tests.Unit;

/// <summary>Models and rows for tests of explanations.</summary>
internal static class ExplanationGames
{
    /// <summary>A function of a row as a model.</summary>
    public static RowScoring Scoring(Func<double[], double> of) => (rows, _) =>
    {
        var values = new double[rows.Rows];
        for (var row = 0; row < rows.Rows; row++)
            values[row] = of(rows.Row(row).ToArray());
        return new ValueTask<Result<double[]>>(values);
    };

    /// <summary>Rows of numbers from 0 to 1.</summary>
    public static FeatureMatrix Rows(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new FeatureMatrix(rows, columns);
        for (var index = 0; index < matrix.Values.Length; index++)
            matrix.Values[index] = (float)random.NextDouble();
        return matrix;
    }

    /// <summary>Shapley values by the definition: the mean over all orders of what each player adds. Independent of the code under test.</summary>
    public static double[] ByOrders(Func<double[], double> of, FeatureMatrix background, double[] row)
    {
        var values = new double[row.Length];
        var orders = Orders([.. Enumerable.Range(0, row.Length)]).ToList();
        foreach (var order in orders)
        {
            var taken = new bool[row.Length];
            var before = Mean(of, background, row, taken);
            foreach (var player in order)
            {
                taken[player] = true;
                var after = Mean(of, background, row, taken);
                values[player] += (after - before) / orders.Count;
                before = after;
            }
        }

        return values;
    }

    public static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Xunit.Assert.Equal(expected.Count, actual.Count);
        for (var index = 0; index < expected.Count; index++)
            Xunit.Assert.True(Math.Abs(expected[index] - actual[index]) <= tolerance, $"{index}: {expected[index]:R} and {actual[index]:R}");
    }

    private static double Mean(Func<double[], double> of, FeatureMatrix background, double[] row, bool[] taken)
    {
        var sum = 0.0;
        for (var other = 0; other < background.Rows; other++)
        {
            var mixed = background.Row(other).ToArray();
            for (var player = 0; player < row.Length; player++)
            {
                if (taken[player])
                    mixed[player] = row[player];
            }

            sum += of(mixed);
        }

        return sum / background.Rows;
    }

    private static IEnumerable<int[]> Orders(int[] players)
    {
        if (players.Length <= 1)
        {
            yield return players;
            yield break;
        }

        foreach (var first in players)
        {
            foreach (var rest in Orders([.. players.Where(player => player != first)]))
                yield return [first, .. rest];
        }
    }
}
