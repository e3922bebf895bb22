namespace Churn;

/// <summary>A dense table of numbers, row after row: the value at (r, c) is <c>Values[r * Columns + c]</c>.</summary>
internal sealed record Matrix(int Rows, int Columns, double[] Values)
{
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>The given rows, in the given order.</summary>
    public Matrix Take(IReadOnlyList<int> rows)
    {
        var taken = new double[rows.Count * Columns];
        for (var i = 0; i < rows.Count; i++)
            Row(rows[i]).CopyTo(taken.AsSpan(i * Columns));
        return new(rows.Count, Columns, taken);
    }
}
