namespace Orrery.Statistics;

/// <summary>Corrects p-values for their number. What is NaN stays so and is not counted.</summary>
public static class PAdjustment
{
    /// <summary>Names <see cref="Holm"/>.</summary>
    public const string HolmName = "holm";

    /// <summary>Names <see cref="BenjaminiHochberg"/>.</summary>
    public const string BenjaminiHochbergName = "benjamini_hochberg";

    /// <summary>By name.</summary>
    public static double[] Of(string correction, IReadOnlyList<double> values) => correction switch
    {
        HolmName => Holm(values),
        BenjaminiHochbergName => BenjaminiHochberg(values),
        _ => [.. values],
    };

    /// <summary>Holm's step-down: bounds the chance of any false alarm.</summary>
    public static double[] Holm(IReadOnlyList<double> values)
    {
        var adjusted = values.ToArray();
        var order = Defined(values);
        double most = 0;
        for (var rank = 0; rank < order.Count; rank++)
            adjusted[order[rank]] = most = Math.Max(most, Math.Min(1, values[order[rank]] * (order.Count - rank)));
        return adjusted;
    }

    /// <summary>Benjamini and Hochberg's step-up: bounds the expected share of false alarms.</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> values)
    {
        var adjusted = values.ToArray();
        var order = Defined(values);
        double least = 1;
        for (var rank = order.Count; rank > 0; rank--)
            adjusted[order[rank - 1]] = least = Math.Min(least, values[order[rank - 1]] * order.Count / rank);
        return adjusted;
    }

    private static List<int> Defined(IReadOnlyList<double> values) =>
        [.. Enumerable.Range(0, values.Count).Where(index => !double.IsNaN(values[index])).OrderBy(index => values[index]).ThenBy(static index => index)];
}
