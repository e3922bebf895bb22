using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Tracking;

/// <summary>A metric over the runs of a group.</summary>
internal sealed class MetricSample
{
    private readonly Dictionary<string, double> _byPair = new(StringComparer.Ordinal);

    /// <param name="group">The runs.</param>
    /// <param name="metric">Which metric.</param>
    /// <param name="pair">What a run is paired by; null when it has none.</param>
    /// <param name="confidence">Of the mean's interval.</param>
    public MetricSample(RunSample group, string metric, Func<RunDocument, string?> pair, double confidence)
    {
        Group = group.Name;
        var (values, several) = (new List<double>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var run in group.Runs)
        {
            var logged = run.Metrics.Where(one => one.Key == metric).Select(static one => (double?)one.Point.Value).FirstOrDefault();
            if (logged is not { } value || !double.IsFinite(value))
            {
                NotFinite += logged is null ? 0 : 1;
                continue;
            }

            values.Add(value);
            if (pair(run) is { } key && !_byPair.TryAdd(key, value))
                several.Add(key);
        }

        foreach (var key in several)
            _byPair.Remove(key);
        Repeated = several.Count;
        Values = [.. values];
        Told = Tell(group.Runs.Count, confidence);
    }

    public string Group { get; }

    public double[] Values { get; }

    /// <summary>Runs whose value is NaN or infinite.</summary>
    public int NotFinite { get; }

    /// <summary>Keys that several runs share, which can be no pairs.</summary>
    public int Repeated { get; }

    public GroupStatistics Told { get; }

    /// <summary>Whether the values differ by more than rounding.</summary>
    public bool HasSpread => Differ(Values);

    /// <summary>Differences to another sample over the pairs that both have.</summary>
    public double[] Differences(MetricSample other) =>
        [.. _byPair.Where(pair => other._byPair.ContainsKey(pair.Key)).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value - other._byPair[pair.Key])];

    /// <summary>Whether numbers differ by more than rounding.</summary>
    public static bool Differ(double[] values) => values.Length > 1 && values.Max() - values.Min() > 1e-12 * values.Max(Math.Abs);

    private GroupStatistics Tell(int runs, double confidence)
    {
        var told = new GroupStatistics { Group = Group, Count = Values.Length, LeftOut = runs - Values.Length };
        if (Values.Length == 0)
            return told;
        var sorted = Values.Order().ToArray();
        var (mean, deviation) = PairedTests.Moments(Values);
        told = told with { Mean = mean, Median = Replicates.Quantile(sorted, 0.5), Min = sorted[0], Max = sorted[^1] };
        if (Values.Length < 2)
            return told;
        var half = Tails.StudentQuantile(confidence, Values.Length - 1) * deviation / Math.Sqrt(Values.Length);
        return told with { StandardDeviation = deviation, Lower = mean - half, Upper = mean + half };
    }
}
