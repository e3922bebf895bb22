using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Orrery.Governance;

/// <summary>Spearman's rank correlations, with mean ranks for ties, pair by pair over rows where neither is missing.</summary>
internal static class RankCorrelations
{
    /// <summary>Between all columns; 0 where one of them does not vary.</summary>
    public static Matrix<double> Of(IReadOnlyList<double[]> columns)
    {
        double[][] ranks = [.. columns.Select(Ranks)];
        var found = DenseMatrix.CreateIdentity(ranks.Length);
        for (var row = 0; row < ranks.Length; row++)
        {
            for (var column = 0; column < row; column++)
                found[row, column] = found[column, row] = Correlation(ranks[row], ranks[column]);
        }

        return found;
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).Where(row => !double.IsNaN(values[row])).OrderBy(row => values[row])];
        var ranks = new double[values.Length];
        Array.Fill(ranks, double.NaN);
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to + 1 < order.Length && values[order[to + 1]] == values[order[from]])
                to++;
            for (var at = from; at <= to; at++)
                ranks[order[at]] = (from + to) / 2.0;
            from = to + 1;
        }

        return ranks;
    }

    private static double Correlation(double[] x, double[] y)
    {
        var (count, meanX, meanY, xx, yy, xy) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var row = 0; row < x.Length; row++)
        {
            if (double.IsNaN(x[row]) || double.IsNaN(y[row]))
                continue;
            count++;
            var (dx, dy) = (x[row] - meanX, y[row] - meanY);
            meanX += dx / count;
            meanY += dy / count;
            xx += dx * (x[row] - meanX);
            yy += dy * (y[row] - meanY);
            xy += dx * (y[row] - meanY);
        }

        return xx <= 0 || yy <= 0 ? 0 : Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
    }
}
