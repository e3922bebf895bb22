namespace Orrery.Governance;

/// <summary>Rows of a model's columns, [rows, columns]: NaN where a number is missing; texts stand as their codes of <see cref="TextCodes"/>.</summary>
/// <param name="rows">0 or more.</param>
/// <param name="columns">1 or more.</param>
internal sealed class FeatureMatrix(int rows, int columns)
{
    public int Rows => rows;

    public int Columns => columns;

    /// <summary>Row after row.</summary>
    public double[] Values { get; } = new double[checked(rows * columns)];

    public double this[int row, int column]
    {
        get => Values[(row * columns) + column];
        set => Values[(row * columns) + column] = value;
    }

    public Span<double> Row(int row) => Values.AsSpan(row * columns, columns);

    /// <summary>Of some rows, in the order given.</summary>
    public FeatureMatrix Take(IReadOnlyList<int> places)
    {
        var taken = new FeatureMatrix(places.Count, columns);
        for (var row = 0; row < places.Count; row++)
            Row(places[row]).CopyTo(taken.Row(row));
        return taken;
    }

    /// <summary>Of one row.</summary>
    public static FeatureMatrix Of(ReadOnlySpan<double> row)
    {
        var one = new FeatureMatrix(1, row.Length);
        row.CopyTo(one.Values);
        return one;
    }

    /// <summary>A column's values.</summary>
    public double[] Column(int column)
    {
        var values = new double[rows];
        for (var row = 0; row < rows; row++)
            values[row] = this[row, column];
        return values;
    }
}
