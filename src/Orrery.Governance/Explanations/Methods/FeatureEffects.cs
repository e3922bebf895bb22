using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>How answers move with one column: partial dependence (Friedman 2001), ICE (Goldstein et al. 2015) and accumulated local effects (Apley and Zhu 2020).</summary>
internal static class FeatureEffects
{
    /// <summary>Points of a grid.</summary>
    public const int Points = 50;

    /// <summary>Up to 50 values of a column, none of which tells of few rows: the most frequent texts, or numbers in order.</summary>
    public static double[] Grid(double[] column, bool isText) =>
        isText ? [.. CommonValues.Shared(column).Take(Points)] : CommonValues.Numbers(column, Points);

    /// <summary>Answers of each row at each point, [rows][grid].</summary>
    public static async ValueTask<Result<double[][]>> CurvesAsync(RowScoring score, FeatureMatrix rows, int column, double[] grid, CancellationToken cancel)
    {
        var all = new FeatureMatrix(rows.Rows * grid.Length, rows.Columns);
        for (var row = 0; row < rows.Rows; row++)
        {
            for (var point = 0; point < grid.Length; point++)
            {
                var target = all.Row((row * grid.Length) + point);
                rows.Row(row).CopyTo(target);
                target[column] = grid[point];
            }
        }

        return (await score(all, cancel)).Then<double[][]>(answers => answers.Chunk(Math.Max(1, grid.Length)).ToArray());
    }

    /// <summary>Mean of the curves.</summary>
    public static double[] PartialDependence(double[][] curves) =>
        [.. Enumerable.Range(0, curves[0].Length).Select(point => curves.Average(curve => curve[point]))];

    /// <summary>A curve less its first point.</summary>
    public static double[] Centred(double[] curve) => [.. curve.Select(value => value - curve[0])];

    /// <summary>
    /// Accumulated local effects at the grid's points: mean differences of answers over each interval's own rows, added up, and centred so that their mean over
    /// the rows is 0. Rows outside of the grid are left out.
    /// </summary>
    public static async ValueTask<Result<double[]>> AccumulatedAsync(RowScoring score, FeatureMatrix rows, int column, double[] grid, CancellationToken cancel)
    {
        if (grid.Length < 2)
            return new double[grid.Length];
        List<int> there = [.. Enumerable.Range(0, rows.Rows).Where(row => rows[row, column] >= grid[0] && rows[row, column] <= grid[^1])];
        if (there.Count == 0)
            return new double[grid.Length];
        int[] interval = [.. there.Select(row => Interval(grid, rows[row, column]))];
        var (low, high) = (rows.Take(there), rows.Take(there));
        for (var row = 0; row < there.Count; row++)
        {
            low[row, column] = grid[interval[row] - 1];
            high[row, column] = grid[interval[row]];
        }

        if ((await score(low, cancel)).Failed(out var refused, out var before) || (await score(high, cancel)).Failed(out refused, out var after))
            return refused;
        var (sums, counts) = (new double[grid.Length], new int[grid.Length]);
        for (var row = 0; row < there.Count; row++)
        {
            sums[interval[row]] += after[row] - before[row];
            counts[interval[row]]++;
        }

        var effects = new double[grid.Length];
        var centre = 0.0;
        for (var point = 1; point < grid.Length; point++)
        {
            effects[point] = effects[point - 1] + (counts[point] > 0 ? sums[point] / counts[point] : 0);
            centre += (effects[point - 1] + effects[point]) / 2 * counts[point] / there.Count;
        }

        return Array.ConvertAll(effects, effect => effect - centre);
    }

    // Of the interval's upper end; the lowest value belongs to the first interval.
    private static int Interval(double[] grid, double value)
    {
        var place = Array.BinarySearch(grid, value);
        return Math.Clamp(place < 0 ? ~place : place, 1, grid.Length - 1);
    }
}
