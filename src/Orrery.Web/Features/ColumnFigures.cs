namespace Orrery.Web;

/// <summary>Statistics of one feature in a training set.</summary>
public sealed record ColumnFigures
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its type.</summary>
    public string Type { get; init; } = "";

    /// <summary>Rows.</summary>
    public long Count { get; init; }

    /// <summary>Rows without a value.</summary>
    public long Nulls { get; init; }

    /// <summary>Different values, about.</summary>
    public long DistinctApprox { get; init; }

    /// <summary>Of numbers: their mean.</summary>
    public double? Mean { get; init; }

    /// <summary>Of numbers: their standard deviation.</summary>
    public double? Sd { get; init; }

    /// <summary>Of numbers: the least.</summary>
    public double? Min { get; init; }

    /// <summary>Of numbers: the greatest.</summary>
    public double? Max { get; init; }

    /// <summary>Of numbers: quantiles by their share, such as <c>0.5</c>.</summary>
    public IReadOnlyDictionary<string, double?> Quantiles { get => field ?? new Dictionary<string, double?>(); init; }

    /// <summary>Of numbers that differ: bins of equal width.</summary>
    public ColumnHistogram? Histogram { get; init; }

    /// <summary>Most frequent values of text and truth, most first.</summary>
    public IReadOnlyList<ColumnValue> Top { get => field ?? []; init; }

    /// <summary>Of numbers: the median.</summary>
    public double? Median => Quantiles.GetValueOrDefault("0.5");

    /// <summary>Share of the rows without a value, 0 to 1.</summary>
    public double NullShare => Count == 0 ? 0 : (double)Nulls / Count;

    /// <summary>Heights of the bars that show it.</summary>
    public IReadOnlyList<long> Bars => Histogram is { } bins ? bins.Counts : [.. Top.Take(20).Select(static one => one.Count)];

    /// <summary>The distribution in words.</summary>
    public string InWords => Histogram is not null
        ? $"{Name}: from {Numbers.Of(Min ?? 0)} to {Numbers.Of(Max ?? 0)}, half of the values between {Numbers.Of(Quantiles.GetValueOrDefault("0.25") ?? 0)} and {Numbers.Of(Quantiles.GetValueOrDefault("0.75") ?? 0)}"
        : $"{Name}: {string.Join(", ", Top.Take(5).Select(one => $"{one.Value} {Numbers.Percent(Count == 0 ? 0 : (double)one.Count / Count)}"))}";

    /// <summary>
    /// How far it moved from what it was before, in words; null where it did not. Numbers are compared by their means in former standard
    /// deviations, text by the share that changed its value (total variation distance).
    /// </summary>
    /// <param name="before">The same feature in an earlier set.</param>
    public (double Size, string Words)? MovedFrom(ColumnFigures before)
    {
        if (Mean is { } mean && before.Mean is { } was)
        {
            var size = before.Sd is > 0 ? Math.Abs(mean - was) / before.Sd.Value : mean == was ? 0 : 1;
            return (size, $"mean {Numbers.Of(was)} → {Numbers.Of(mean)}, {size:0.00} standard deviations");
        }

        if (Top.Count == 0 || before.Top.Count == 0)
            return null;
        var now = Top.ToDictionary(static one => one.Value, one => Count == 0 ? 0 : (double)one.Count / Count);
        var then = before.Top.ToDictionary(static one => one.Value, one => before.Count == 0 ? 0 : (double)one.Count / before.Count);
        var distance = now.Keys.Union(then.Keys).Sum(value => Math.Abs(now.GetValueOrDefault(value) - then.GetValueOrDefault(value))) / 2;
        return (distance, $"{Numbers.Percent(distance)} of the rows have another value");
    }
}

/// <summary>Bins of equal width.</summary>
/// <param name="Edges">Where they begin, and where the last ends.</param>
/// <param name="Counts">Values in each.</param>
public sealed record ColumnHistogram(IReadOnlyList<double> Edges, IReadOnlyList<long> Counts);

/// <summary>A value and how often it is there.</summary>
/// <param name="Value">As text.</param>
/// <param name="Count">Rows with it.</param>
public sealed record ColumnValue(string Value, long Count);
