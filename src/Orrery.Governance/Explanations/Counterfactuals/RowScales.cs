namespace Orrery.Governance;

/// <summary>
/// Distances between rows in units of what is usual: numbers by the median absolute deviation of the background (Wachter et al. 2018), or where that is 0 by its standard
/// deviation; texts, and missing values beside present ones, count 1.
/// </summary>
internal sealed class RowScales
{
    private const int Nearest = 5;

    private readonly FeatureMatrix _background;
    private readonly bool[] _isText;
    private readonly double[] _scales;
    private readonly Lazy<double[]> _usual;

    /// <param name="background">1 row or more.</param>
    /// <param name="isText">Of each column.</param>
    public RowScales(FeatureMatrix background, IEnumerable<bool> isText)
    {
        (_background, _isText) = (background, [.. isText]);
        _scales = [.. Enumerable.Range(0, background.Columns).Select(column => _isText[column] ? 1 : Scale(background.Column(column)))];
        _usual = new(() => [.. Enumerable.Range(0, background.Rows).Select(row => Mean(background.Row(row), row)).Order()]);
    }

    /// <summary>What a change of one column counts.</summary>
    public double Distance(int column, double from, double to)
    {
        if (from.Equals(to))
            return 0;
        return _isText[column] || double.IsNaN(from) || double.IsNaN(to) ? 1 : Math.Abs(to - from) / _scales[column];
    }

    /// <summary>Of two rows.</summary>
    public double Distance(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        var sum = 0.0;
        for (var column = 0; column < _scales.Length; column++)
            sum += Distance(column, one[column], other[column]);
        return sum;
    }

    /// <summary>Mean distance of a row from its five nearest of the background, and the share of the background's own rows that are as far from theirs.</summary>
    public (double Distance, double Share) Plausibility(ReadOnlySpan<double> row)
    {
        var distance = Mean(row, except: -1);
        var usual = _usual.Value;
        var place = 0;
        while (place < usual.Length && usual[place] < distance)
            place++;
        return (distance, (double)(usual.Length - place) / usual.Length);
    }

    private double Mean(ReadOnlySpan<double> row, int except)
    {
        var distances = new List<double>(_background.Rows);
        for (var other = 0; other < _background.Rows; other++)
        {
            if (other != except)
                distances.Add(Distance(row, _background.Row(other)));
        }

        return distances.Count == 0 ? 0 : distances.Order().Take(Nearest).Average();
    }

    private static double Scale(double[] column)
    {
        double[] values = [.. column.Where(double.IsFinite)];
        if (values.Length == 0)
            return 1;
        var middle = Median(values);
        if (Median([.. values.Select(value => Math.Abs(value - middle))]) is > 0 and var deviation)
            return deviation;
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return spread > 0 ? spread : 1;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
