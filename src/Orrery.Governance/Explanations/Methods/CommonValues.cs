namespace Orrery.Governance;

/// <summary>Values of a column that may be told to who may not see rows: those that many rows share, and means of neighbours without the tails (microaggregation).</summary>
internal static class CommonValues
{
    /// <summary>Least rows behind a value.</summary>
    public const int LeastRows = 10;

    /// <summary>What stands for texts that fewer rows have.</summary>
    public const double RareText = -1;

    private const double Tail = 0.05;

    /// <summary>Values that at least ten rows have, the most frequent first.</summary>
    public static double[] Shared(double[] column) =>
        [.. Groups(column).OrderByDescending(static group => group.Rows).ThenBy(static group => group.Value).Select(static group => group.Value)];

    /// <summary>Numbers in order: those that are shared, where most rows have such; otherwise means of ten or more neighbours between the 5 % and the 95 % quantile.</summary>
    public static double[] Numbers(double[] column, int most)
    {
        double[] sorted = [.. column.Where(double.IsFinite).Order()];
        if (sorted.Length < LeastRows)
            return [];
        var shared = Groups(sorted);
        if (shared.Count <= most && 2 * shared.Sum(static group => group.Rows) >= sorted.Length)
            return [.. shared.Select(static group => group.Value).Order()];
        var tail = (int)Math.Ceiling(sorted.Length * Tail);
        var inner = sorted[tail..^tail];
        var bins = Math.Min(most, inner.Length / LeastRows);
        return [.. Enumerable.Range(0, bins).Select(bin => Mean(inner[Start(bin, bins, inner.Length)..Start(bin + 1, bins, inner.Length)])).Distinct()];
    }

    /// <summary>A copy of rows in which numbers are the nearest of those that may be told, and rare texts are one.</summary>
    public static FeatureMatrix Coarsened(FeatureMatrix rows, IReadOnlyList<bool> isText, int most)
    {
        var coarse = rows.Take([.. Enumerable.Range(0, rows.Rows)]);
        for (var column = 0; column < rows.Columns; column++)
        {
            var values = rows.Column(column);
            var numbers = isText[column] ? [] : Numbers(values, most);
            var texts = isText[column] ? Shared(values).ToHashSet() : [];
            for (var row = 0; row < rows.Rows; row++)
            {
                if (!double.IsNaN(values[row]))
                    coarse[row, column] = isText[column] ? (texts.Contains(values[row]) ? values[row] : RareText) : Nearest(numbers, values[row]);
            }
        }

        return coarse;
    }

    private static List<(double Value, int Rows)> Groups(double[] column) =>
        [.. column.Where(static value => !double.IsNaN(value)).GroupBy(static value => value).Select(static group => (group.Key, group.Count())).Where(static group => group.Item2 >= LeastRows)];

    // Nothing that may be told: the column says nothing.
    private static double Nearest(double[] numbers, double value)
    {
        if (numbers.Length == 0)
            return 0;
        var place = Array.BinarySearch(numbers, value);
        if (place >= 0)
            return numbers[place];
        place = Math.Min(~place, numbers.Length - 1);
        return place > 0 && value <= Middle(numbers[place - 1], numbers[place]) ? numbers[place - 1] : numbers[place];
    }

    private static double Middle(double one, double next) => one + ((next - one) / 2);

    // Sums round; a mean lies among its values.
    private static double Mean(double[] values) => Math.Clamp(values.Average(), values[0], values[^1]);

    private static int Start(int bin, int bins, int length) => (int)((long)bin * length / bins);
}
