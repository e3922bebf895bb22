namespace Orrery.Contracts;

/// <summary>Groups of runs compared by tests and intervals, metric by metric.</summary>
public sealed record RunStatistics
{
    /// <summary>The groups and their runs.</summary>
    public IReadOnlyList<RunGroup> Groups { get => field ?? []; init; }

    /// <summary>Metric by metric.</summary>
    public IReadOnlyList<RunMetricStatistics> Metrics { get => field ?? []; init; }

    /// <summary>What paired the runs.</summary>
    public IReadOnlyList<string> PairBy { get => field ?? []; init; }

    /// <summary>Of the intervals.</summary>
    public double Confidence { get; init; }

    /// <summary>Bootstrap resamples.</summary>
    public int Resamples { get; init; }

    /// <summary>Their seed.</summary>
    public long Seed { get; init; }

    /// <summary>Correction of the p-values.</summary>
    public string Correction { get => field ?? ""; init; }

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; }
}

/// <summary>One metric of the groups.</summary>
public sealed record RunMetricStatistics
{
    /// <summary>Name of the metric.</summary>
    public string Metric { get => field ?? ""; init; }

    /// <summary>Group by group.</summary>
    public IReadOnlyList<GroupStatistics> Groups { get => field ?? []; init; }

    /// <summary>Tests of all groups together, of three or more: one-way analysis of variance and Kruskal-Wallis.</summary>
    public IReadOnlyList<StatisticalTest> Tests { get => field ?? []; init; }

    /// <summary>Pairs of groups.</summary>
    public IReadOnlyList<GroupDifference> Differences { get => field ?? []; init; }

    /// <summary>What a reader must know: few values, no spread, values that are no numbers.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; }
}

/// <summary>A metric over a group's runs.</summary>
public sealed record GroupStatistics
{
    /// <summary>Name of the group.</summary>
    public string Group { get => field ?? ""; init; }

    /// <summary>Runs with a finite value.</summary>
    public int Count { get; init; }

    /// <summary>Runs without a value, or with one that is NaN or infinite; they are left out.</summary>
    public int LeftOut { get; init; }

    /// <summary>Mean.</summary>
    public double? Mean { get; init; }

    /// <summary>Lower bound of the mean's interval, by Student's t.</summary>
    public double? Lower { get; init; }

    /// <summary>Upper bound of the mean's interval.</summary>
    public double? Upper { get; init; }

    /// <summary>Standard deviation (n-1).</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>Median.</summary>
    public double? Median { get; init; }

    /// <summary>Least value.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest value.</summary>
    public double? Max { get; init; }
}

/// <summary>A metric of one group less that of another.</summary>
public sealed record GroupDifference
{
    /// <summary>The group.</summary>
    public string Group { get => field ?? ""; init; }

    /// <summary>The group it is compared with.</summary>
    public string Reference { get => field ?? ""; init; }

    /// <summary>Difference of the means.</summary>
    public double? Difference { get; init; }

    /// <summary>Intervals of the difference: <c>welch</c>, <c>percentile</c>, <c>bca</c>; with pairs <c>paired_t</c>, of the mean difference of the pairs.</summary>
    public IReadOnlyList<DifferenceInterval> Intervals { get => field ?? []; init; }

    /// <summary>Cohen's d.</summary>
    public double? CohensD { get; init; }

    /// <summary>Hedges' g.</summary>
    public double? HedgesG { get; init; }

    /// <summary>Cliff's delta.</summary>
    public double? CliffsDelta { get; init; }

    /// <summary>Pairs of runs; absent where none were asked for.</summary>
    public int? Pairs { get; init; }

    /// <summary>Mean difference of the pairs.</summary>
    public double? PairedDifference { get; init; }

    /// <summary>Tests.</summary>
    public IReadOnlyList<StatisticalTest> Tests { get => field ?? []; init; }
}

/// <summary>An interval of a difference.</summary>
/// <param name="Method">How it was computed.</param>
/// <param name="Lower">Lower bound.</param>
/// <param name="Upper">Upper bound.</param>
public sealed record DifferenceInterval(string Method, double Lower, double Upper);

/// <summary>A test and what it says.</summary>
public sealed record StatisticalTest
{
    /// <summary>
    /// <c>welch_t</c>, <c>mann_whitney</c>, <c>mann_whitney_exact</c>, <c>paired_t</c>, <c>wilcoxon</c>, <c>wilcoxon_exact</c>, <c>corrected_resampled_t</c>, <c>anova</c> or
    /// <c>kruskal_wallis</c>.
    /// </summary>
    public string Test { get => field ?? ""; init; }

    /// <summary>Its statistic; absent when it says nothing.</summary>
    public double? Statistic { get; init; }

    /// <summary>Degrees of freedom; of an F statistic those below the line.</summary>
    public double? Degrees { get; init; }

    /// <summary>Degrees of freedom above the line of an F statistic.</summary>
    public double? DegreesAbove { get; init; }

    /// <summary>Two-sided.</summary>
    public double? PValue { get; init; }

    /// <summary>Corrected for the number of metrics and pairs of groups.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>Why it says nothing.</summary>
    public string? Undefined { get; init; }
}
