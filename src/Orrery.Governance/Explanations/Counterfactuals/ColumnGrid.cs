namespace Orrery.Governance;

/// <summary>The grid that a column's numbers lie on.</summary>
/// <param name="Origin">A value on it.</param>
/// <param name="Step">Between values; 0 for any number.</param>
/// <param name="Decimals">Digits after the point that values have; null for any.</param>
/// <param name="IsWhole">Whether values are whole numbers, whatever the step.</param>
internal readonly record struct ColumnGrid(double Origin, double Step, int? Decimals, bool IsWhole)
{
    private const int MostDecimals = 4;

    /// <summary>The grid that values were seen on: of the fewest digits after the point; any number when four are not enough.</summary>
    public static ColumnGrid Of(IReadOnlyCollection<double> values)
    {
        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            if (values.All(value => IsNear(value, Math.Round(value, decimals))))
                return new(0, Math.Pow(10, -decimals), decimals, IsWhole: decimals == 0);
        }

        return new(0, 0, null, IsWhole: false);
    }

    /// <summary>The value of it that is nearest.</summary>
    public double Snap(double value)
    {
        if (Step == 0)
            return value;
        var on = Origin + (Math.Round((value - Origin) / Step) * Step);
        return Decimals is { } digits ? Math.Round(on, digits) : on;
    }

    /// <summary>Whether a value is on it.</summary>
    public bool Has(double value) => (Step == 0 || IsNear(value, Snap(value))) && (!IsWhole || IsNear(value, Math.Round(value)));

    // Columns of single precision have digits behind those that were meant.
    private static bool IsNear(double one, double other) => Math.Abs(one - other) <= 1e-7 * Math.Max(1, Math.Abs(one));
}
