using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Statistics;

namespace Orrery.Tracking;

/// <summary>What a statistical comparison may ask for.</summary>
internal static class RunStatisticsRules
{
    public const int MaxGroups = 20;
    public const int MaxRuns = 1000;
    public const int MaxMetrics = 100;
    public const double DefaultConfidence = 0.95;
    public const int DefaultResamples = 2000;
    public const long DefaultSeed = 1;

    private const string Code = "tracking.invalid_comparison";
    private const int MaxKeys = 5;
    private const long MostWork = 500_000_000;

    /// <summary>The first thing that is wrong; null for nothing.</summary>
    public static Failure? Problem(RunStatisticsQuery query) => Groups(query).Concat(Numbers(query)).FirstOrDefault() is { } wrong ? Refuse(wrong) : null;

    /// <summary>Refuses what would keep the server busy for long.</summary>
    public static Failure? TooMuch(RunStatisticsQuery query, int runs, int metrics) => (long)runs * metrics * (query.Resamples ?? DefaultResamples) > MostWork
        ? Refuse($"{runs} runs, {metrics} metrics and {query.Resamples ?? DefaultResamples} resamples are too much at once: their product may be {MostWork}. Name metrics, or ask for fewer resamples.")
        : null;

    public static Failure Refuse(string why) => Failure.Invalid(Code, why);

    private static IEnumerable<string> Groups(RunStatisticsQuery query)
    {
        if (query.GroupBy is null && query.Groups.Count is < 2 or > MaxGroups)
            yield return $"A comparison takes 2 to {MaxGroups} 'groups', or 'group_by'; {query.Groups.Count} were given.";
        if (query.GroupBy is not null && query.Groups.Count > 0)
            yield return "'groups' and 'group_by' exclude each other.";
        if (query.Filter is not null && query.GroupBy is null)
            yield return "'filter' is of 'group_by'; groups have filters of their own.";
        foreach (var group in query.Groups)
        {
            if (group.Name.Length is 0 or > 250)
                yield return "Each group needs a name of 1 to 250 characters.";
            if (group.RunIds.Count > 0 == group.Filter is not null)
                yield return $"The group '{group.Name}' must have either 'run_ids' or 'filter'.";
        }

        if (query.Groups.GroupBy(static group => group.Name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            yield return $"Two groups are named '{twice.Key}'.";
        if (query.Reference is { } reference && query.GroupBy is null && query.Groups.All(group => group.Name != reference))
            yield return $"'reference' is '{reference}', which is none of the groups.";
        if (query.ExperimentIds.Count == 0 && (query.GroupBy is not null || query.Groups.Any(static group => group.Filter is not null)))
            yield return "Searching for runs needs 'experiment_ids'.";
        foreach (var key in query.PairBy.Append(query.GroupBy).OfType<string>())
        {
            if (ReaderOf(key) is null)
                yield return $"'{key}' is neither params.KEY nor tags.KEY.";
        }
    }

    private static IEnumerable<string> Numbers(RunStatisticsQuery query)
    {
        if (query.PairBy.Count > MaxKeys)
            yield return $"'pair_by' may have {MaxKeys} entries.";
        if (query.Metrics.Count > MaxMetrics)
            yield return $"'metrics' may have {MaxMetrics} entries.";
        if (query.TestShare is not (null or (> 0 and < 1)))
            yield return $"'test_share' is {query.TestShare}; it must be above 0 and below 1.";
        if (query.TestShare is not null && query.PairBy.Count == 0)
            yield return "'test_share' is of paired runs: name the folds or splits in 'pair_by'.";
        if (query.Confidence is not (null or (>= 0.5 and <= 0.999)))
            yield return $"'confidence' is {query.Confidence}; it must be 0.5 to 0.999.";
        if (query.Resamples is < 0 or > 10_000)
            yield return $"'resamples' is {query.Resamples}; it must be 0 to 10,000.";
        if (query.Correction is not (PAdjustment.HolmName or PAdjustment.BenjaminiHochbergName or "none"))
            yield return $"'correction' is '{query.Correction}'; it must be {PAdjustment.HolmName}, {PAdjustment.BenjaminiHochbergName} or none.";
    }

    /// <summary>What reads a parameter or tag of a run; null for a text that is neither.</summary>
    public static Func<RunDocument, string?>? ReaderOf(string text)
    {
        if (text.StartsWith("params.", StringComparison.Ordinal) && text.Length > 7)
            return run => Find(run.Params, text[7..]);
        return text.StartsWith("tags.", StringComparison.Ordinal) && text.Length > 5 ? run => Find(run.Tags, text[5..]) : null;
    }

    private static string? Find(IReadOnlyList<Pair> pairs, string key)
    {
        foreach (var pair in pairs)
        {
            if (pair.Key == key)
                return pair.Value;
        }

        return null;
    }
}
