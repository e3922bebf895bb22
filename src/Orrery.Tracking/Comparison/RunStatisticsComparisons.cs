using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Statistics;

namespace Orrery.Tracking;

/// <summary>Compares groups of runs by tests and intervals.</summary>
internal sealed class RunStatisticsComparisons(RunSamples samples)
{
    private const string ExactSuffix = "_exact";

    /// <summary>Compares them; <c>tracking.invalid_comparison</c>, <c>tracking.run_not_found</c>, <c>tracking.invalid_filter</c>.</summary>
    public async ValueTask<Result<RunStatistics>> CompareAsync(Actor actor, RunStatisticsQuery query, CancellationToken cancel)
    {
        if (RunStatisticsRules.Problem(query) is { } wrong)
            return wrong;
        if ((await samples.FindAsync(actor, query, cancel)).Failed(out var refused, out var found))
            return refused;
        return Compare(found.Groups, query).Failed(out var cannot, out var made) ? cannot : made with { Warnings = found.Warnings };
    }

    /// <summary>Compares groups that were found.</summary>
    public static Result<RunStatistics> Compare(IReadOnlyList<RunSample> groups, RunStatisticsQuery query)
    {
        var names = query.Metrics.Count > 0 ? query.Metrics.Distinct(StringComparer.Ordinal).ToList() : Shared(groups);
        if (names.Count is 0 or > RunStatisticsRules.MaxMetrics)
            return RunStatisticsRules.Refuse($"{names.Count} metrics are in two groups or more; a comparison takes 1 to {RunStatisticsRules.MaxMetrics}: name them in 'metrics'.");
        if (names.Find(name => !groups.Any(group => Has(group, name))) is { } unknown)
            return RunStatisticsRules.Refuse($"None of the runs has the metric '{unknown}'.");
        if (RunStatisticsRules.TooMuch(query, groups.Sum(static group => group.Runs.Count), names.Count) is { } much)
            return much;
        var metrics = names.ConvertAll(name => new MetricStatistics(name, groups, query).Compare());
        return new RunStatistics
        {
            Groups = [.. groups.Select(static group => new RunGroup { Name = group.Name, RunIds = [.. group.Runs.Select(static run => run.Info.RunId)] })],
            Metrics = Corrected(metrics, query.Correction),
            PairBy = query.PairBy,
            Confidence = query.Confidence ?? RunStatisticsRules.DefaultConfidence,
            Resamples = query.Resamples ?? RunStatisticsRules.DefaultResamples,
            Seed = query.Seed ?? RunStatisticsRules.DefaultSeed,
            Correction = query.Correction,
        };
    }

    private static List<string> Shared(IReadOnlyList<RunSample> groups) =>
        [.. groups.SelectMany(static group => group.Runs.SelectMany(static run => run.Metrics.Select(static metric => metric.Key)).Distinct(StringComparer.Ordinal))
            .GroupBy(static name => name, StringComparer.Ordinal).Where(static name => name.Count() > 1).Select(static name => name.Key).Order(StringComparer.Ordinal)];

    private static bool Has(RunSample group, string metric) => group.Runs.Any(run => run.Metrics.Any(one => one.Key == metric));

    // A test's p-values over all metrics and pairs of groups are one family; an exact test is the same test as its approximation.
    private static List<RunMetricStatistics> Corrected(List<RunMetricStatistics> metrics, string correction)
    {
        var tests = metrics.SelectMany(static metric => metric.Tests.Concat(metric.Differences.SelectMany(static difference => difference.Tests))).ToList();
        var adjusted = new Dictionary<StatisticalTest, StatisticalTest>(ReferenceEqualityComparer.Instance);
        foreach (var family in tests.GroupBy(static test => test.Test.Replace(ExactSuffix, "", StringComparison.Ordinal), StringComparer.Ordinal))
        {
            var all = family.ToList();
            var values = PAdjustment.Of(correction, all.ConvertAll(static test => test.PValue ?? double.NaN));
            for (var index = 0; index < all.Count; index++)
                adjusted[all[index]] = double.IsNaN(values[index]) ? all[index] : all[index] with { AdjustedPValue = values[index] };
        }

        return metrics.ConvertAll(metric => metric with
        {
            Tests = [.. metric.Tests.Select(test => adjusted[test])],
            Differences = [.. metric.Differences.Select(difference => difference with { Tests = [.. difference.Tests.Select(test => adjusted[test])] })],
        });
    }
}
