namespace Orrery.Governance;

/// <summary>How far a synthetic column is from the real one.</summary>
internal static class Fidelity
{
    /// <summary>The two-sample statistic of Kolmogorov and Smirnov; not-a-number is left out.</summary>
    public static double KolmogorovSmirnov(IEnumerable<double> real, IEnumerable<double> made)
    {
        double[] x = [.. real.Where(static value => !double.IsNaN(value)).Order()], y = [.. made.Where(static value => !double.IsNaN(value)).Order()];
        if (x.Length == 0 || y.Length == 0)
            return x.Length == y.Length ? 0 : 1;
        var (i, j, most) = (0, 0, 0.0);
        while (i < x.Length && j < y.Length)
        {
            var value = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] == value)
                i++;
            while (j < y.Length && y[j] == value)
                j++;
            most = Math.Max(most, Math.Abs(((double)i / x.Length) - ((double)j / y.Length)));
        }

        return most;
    }

    /// <summary>The distance of total variation: half the sum of differences of shares; null is left out.</summary>
    public static double TotalVariation(PrivacyColumn real, PrivacyColumn made)
    {
        var (x, y) = (Shares(real), Shares(made));
        return x.Keys.Union(y.Keys).Sum(label => Math.Abs(x.GetValueOrDefault(label) - y.GetValueOrDefault(label))) / 2;
    }

    private static Dictionary<string, double> Shares(PrivacyColumn column)
    {
        var labels = Enumerable.Range(0, column.Rows).Select(column.Show).OfType<string>().ToList();
        return labels.GroupBy(static label => label, StringComparer.Ordinal).ToDictionary(static rows => rows.Key, rows => (double)rows.Count() / labels.Count, StringComparer.Ordinal);
    }
}
