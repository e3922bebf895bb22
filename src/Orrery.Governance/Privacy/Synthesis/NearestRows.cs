namespace Orrery.Governance;

/// <summary>Distances between rows (Gower, 1971): of numbers the difference by the range, of others 0 or 1, on average over the columns.</summary>
internal sealed class NearestRows
{
    private readonly IReadOnlyList<PrivacyColumn> _columns;
    private readonly double[] _ranges;

    /// <param name="columns">The rows in which the nearest is looked for.</param>
    /// <param name="ranges">Of each column of numbers the range, by which differences are measured.</param>
    public NearestRows(IReadOnlyList<PrivacyColumn> columns, double[] ranges) => (_columns, _ranges) = (columns, ranges);

    /// <summary>Ranges of columns; 0 for texts.</summary>
    public static double[] Ranges(IReadOnlyList<PrivacyColumn> columns) => [.. columns.Select(static column => Range([.. column.Numbers.Where(static value => !double.IsNaN(value))]))];

    // Between the twentieth least and greatest part: beside one row that is far out, all others would be the same.
    private static double Range(double[] numbers)
    {
        Array.Sort(numbers);
        return numbers.Length == 0 ? 0 : numbers[^(1 + (numbers.Length / 20))] - numbers[numbers.Length / 20];
    }

    /// <summary>The distance of a row to the nearest.</summary>
    public double Of(IReadOnlyList<PrivacyColumn> made, int row)
    {
        var nearest = double.MaxValue;
        for (var other = 0; other < _columns[0].Rows; other++)
        {
            var sum = 0.0;
            for (var at = 0; at < _columns.Count && sum < nearest; at++)
                sum += Distance(at, made[at], row, other);
            nearest = Math.Min(nearest, sum);
        }

        return nearest / _columns.Count;
    }

    private double Distance(int at, PrivacyColumn made, int row, int other)
    {
        var column = _columns[at];
        if (column.IsNull(other) || made.IsNull(row))
            return column.IsNull(other) && made.IsNull(row) ? 0 : 1;
        if (column.IsText)
            return string.Equals(column.Texts[other], made.Texts[row], StringComparison.Ordinal) ? 0 : 1;
        return _ranges[at] > 0 ? Math.Min(1, Math.Abs(column.Numbers[other] - made.Numbers[row]) / _ranges[at]) : column.Numbers[other] == made.Numbers[row] ? 0 : 1;
    }
}
