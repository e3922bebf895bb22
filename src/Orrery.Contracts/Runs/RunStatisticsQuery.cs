namespace Orrery.Contracts;

/// <summary>
/// Body of <c>POST /api/v1/runs/compare-statistics</c>: which groups of runs to compare, and how. Groups are given in <see cref="Groups"/>, or made of a parameter's or
/// tag's values by <see cref="GroupBy"/>. Of each metric a run counts with its latest value.
/// </summary>
public sealed record RunStatisticsQuery
{
    /// <summary>2 to 20 groups; empty with <see cref="GroupBy"/>.</summary>
    public IReadOnlyList<RunGroup> Groups { get => field ?? []; init; }

    /// <summary><c>params.{key}</c> or <c>tags.{key}</c>: one group for each value among the runs found.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Experiments in which filters search.</summary>
    public IReadOnlyList<string> ExperimentIds { get => field ?? []; init; }

    /// <summary>Which runs <see cref="GroupBy"/> looks at, as in a search of runs.</summary>
    public string? Filter { get; init; }

    /// <summary>Metrics to compare; by default all that two groups have.</summary>
    public IReadOnlyList<string> Metrics { get => field ?? []; init; }

    /// <summary><c>params.{key}</c> and <c>tags.{key}</c> that pair runs of two groups: seeds, folds. Without them there are no paired tests.</summary>
    public IReadOnlyList<string> PairBy { get => field ?? []; init; }

    /// <summary>The group that the others are compared with; without it, each with each.</summary>
    public string? Reference { get; init; }

    /// <summary>
    /// Share of the rows that each of the pairs was tested on, above 0 and below 1, where the runs are folds or random splits of one data set: one tenth for ten folds.
    /// With it the corrected resampled t test is computed.
    /// </summary>
    public double? TestShare { get; init; }

    /// <summary>Of the intervals, 0.5 to 0.999. Default 0.95.</summary>
    public double? Confidence { get; init; }

    /// <summary>Bootstrap resamples, 0 (no bootstrap intervals) to 10,000. Default 2,000.</summary>
    public int? Resamples { get; init; }

    /// <summary>Seed of the resamples. Default 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Correction of each test's p-values over metrics and pairs of groups: <c>holm</c> (default), <c>benjamini_hochberg</c> or <c>none</c>.</summary>
    public string Correction { get => field ?? "holm"; init; }
}

/// <summary>A group of runs: those named, or those that a filter finds.</summary>
public sealed record RunGroup
{
    /// <summary>Its name in the answer.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The runs.</summary>
    public IReadOnlyList<string> RunIds { get => field ?? []; init; }

    /// <summary>Filter of a search in <see cref="RunStatisticsQuery.ExperimentIds"/>, where no runs are named.</summary>
    public string? Filter { get; init; }
}
