using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>What statistics of a feature in a training set say: in bars, in words, and against an earlier set.</summary>
internal static class ColumnFigures
{
    private const int MostBars = 20;

    /// <summary>Of numbers: the median.</summary>
    public static double? Median(this TrainingSetColumnStatistics one) => one.Quantile("0.5");

    /// <summary>Share of the rows without a value, 0 to 1.</summary>
    public static double NullShare(this TrainingSetColumnStatistics one) => one.Share(one.Nulls);

    /// <summary>A count as a share of the rows, 0 to 1.</summary>
    public static double Share(this TrainingSetColumnStatistics one, long count) => one.Count == 0 ? 0 : (double)count / one.Count;

    /// <summary>Most frequent values of text and truth, most first; none of numbers.</summary>
    public static IReadOnlyList<TrainingSetValueCount> Frequent(this TrainingSetColumnStatistics one) => one.Top ?? [];

    /// <summary>Heights of the bars that show it.</summary>
    public static IReadOnlyList<long> Bars(this TrainingSetColumnStatistics one) =>
        one.Histogram is { } bins ? bins.Counts : [.. one.Frequent().Take(MostBars).Select(static value => value.Count)];

    /// <summary>The distribution in words.</summary>
    public static string InWords(this TrainingSetColumnStatistics one) => one.Histogram is not null
        ? $"{one.Name}: from {Numbers.Of(one.Min ?? 0)} to {Numbers.Of(one.Max ?? 0)}, half of the values between {Numbers.Of(one.Quantile("0.25") ?? 0)} and {Numbers.Of(one.Quantile("0.75") ?? 0)}"
        : $"{one.Name}: {string.Join(", ", one.Frequent().Take(5).Select(value => $"{value.Value} {Numbers.Percent(one.Share(value.Count))}"))}";

    /// <summary>
    /// How far it moved from what it was before, in words; null where it did not. Numbers are compared by their means in former standard
    /// deviations, text by the share that changed its value (total variation distance).
    /// </summary>
    /// <param name="one">The feature.</param>
    /// <param name="before">The same feature in an earlier set.</param>
    public static (double Size, string Words)? MovedFrom(this TrainingSetColumnStatistics one, TrainingSetColumnStatistics before)
    {
        if (one.Mean is { } mean && before.Mean is { } was)
        {
            var size = before.Sd is > 0 ? Math.Abs(mean - was) / before.Sd.Value : mean == was ? 0 : 1;
            return (size, $"mean {Numbers.Of(was)} → {Numbers.Of(mean)}, {size:0.00} standard deviations");
        }

        if (one.Frequent().Count == 0 || before.Frequent().Count == 0)
            return null;
        var (now, then) = (one.Shares(), before.Shares());
        var distance = now.Keys.Union(then.Keys).Sum(value => Math.Abs(now.GetValueOrDefault(value) - then.GetValueOrDefault(value))) / 2;
        return (distance, $"{Numbers.Percent(distance)} of the rows have another value");
    }

    private static double? Quantile(this TrainingSetColumnStatistics one, string share) => one.Quantiles?.GetValueOrDefault(share);

    private static Dictionary<string, double> Shares(this TrainingSetColumnStatistics one) =>
        one.Frequent().GroupBy(static value => value.Value ?? "", static value => value.Count).ToDictionary(static value => value.Key, value => one.Share(value.Sum()));
}
