using System.Globalization;
using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Tracking;

/// <summary>Compares one metric of groups of runs.</summary>
internal sealed class MetricStatistics
{
    private const int Few = 5;

    private readonly RunStatisticsQuery _query;
    private readonly ResamplePlan _plan;
    private readonly IReadOnlyList<MetricSample> _samples;
    private readonly Dictionary<string, double[]> _means = new(StringComparer.Ordinal);
    private readonly string _metric;

    public MetricStatistics(string metric, IReadOnlyList<RunSample> groups, RunStatisticsQuery query)
    {
        (_metric, _query) = (metric, query);
        _plan = new(query.Seed ?? RunStatisticsRules.DefaultSeed, query.Resamples ?? RunStatisticsRules.DefaultResamples, query.Confidence ?? RunStatisticsRules.DefaultConfidence);
        var keys = query.PairBy.Select(static key => RunStatisticsRules.ReaderOf(key)!).ToList();
        _samples = [.. groups.Select(group => new MetricSample(group, metric, run => PairOf(run, keys), _plan.Confidence))];
    }

    public RunMetricStatistics Compare() => new()
    {
        Metric = _metric,
        Groups = [.. _samples.Select(static sample => sample.Told)],
        Tests = _samples.Count > 2 ? [Together(SampleTests.Anova, "anova", _samples.Any(static sample => sample.HasSpread)), Together(SampleTests.KruskalWallis, "kruskal_wallis", AnyDiffers(_samples))] : [],
        Differences = [.. Pairs().Select(pair => Difference(pair.Group, pair.Reference))],
        Warnings = [.. Warnings()],
    };

    private IEnumerable<(MetricSample Group, MetricSample Reference)> Pairs()
    {
        for (var first = 0; first < _samples.Count; first++)
        {
            for (var second = first + 1; second < _samples.Count; second++)
            {
                if (_query.Reference is null || _samples[first].Group == _query.Reference)
                    yield return (_samples[second], _samples[first]);
                else if (_samples[second].Group == _query.Reference)
                    yield return (_samples[first], _samples[second]);
            }
        }
    }

    private GroupDifference Difference(MetricSample group, MetricSample reference)
    {
        var (left, right) = (group.Values, reference.Values);
        var made = new GroupDifference { Group = group.Group, Reference = reference.Group };
        if (left.Length == 0 || right.Length == 0)
            return made with { Pairs = Asked(0) };
        var differences = group.Differences(reference);
        var isPaired = _query.PairBy.Count > 0;
        return made with
        {
            Difference = group.Told.Mean - reference.Told.Mean,
            Intervals = [.. Intervals(group, reference, differences)],
            CohensD = Finite(EffectSizes.CohensD(left, right), group.HasSpread || reference.HasSpread),
            HedgesG = Finite(EffectSizes.HedgesG(left, right), group.HasSpread || reference.HasSpread),
            CliffsDelta = Finite(EffectSizes.CliffsDelta(left, right), isDefined: true),
            Pairs = Asked(differences.Length),
            PairedDifference = isPaired && differences.Length > 0 ? differences.Average() : null,
            Tests = [.. Tests(group, reference), .. isPaired ? PairTests(differences) : []],
        };
    }

    private static IEnumerable<StatisticalTest> Tests(MetricSample group, MetricSample reference)
    {
        var isFew = group.Values.Length < 2 || reference.Values.Length < 2 ? "a group has fewer than 2 values" : null;
        yield return Told(SampleTests.Welch(group.Values, reference.Values), isFew ?? (group.HasSpread || reference.HasSpread ? null : "neither group has spread"));
        yield return Told(SampleTests.MannWhitney(group.Values, reference.Values), isFew ?? (AnyDiffers([group, reference]) ? null : "all values are the same"));
    }

    private IEnumerable<StatisticalTest> PairTests(double[] differences)
    {
        var isFew = differences.Length < 2 ? string.Create(CultureInfo.InvariantCulture, $"{differences.Length} pairs; 2 are needed") : null;
        var hasNone = isFew ?? (MetricSample.Differ(differences) ? null : "all differences are the same");
        yield return Told(PairedTests.T(differences), hasNone);
        yield return Told(PairedTests.Wilcoxon(differences), isFew ?? (Array.TrueForAll(differences, static one => one == 0) ? "all differences are 0" : null));
        if (_query.TestShare is { } share)
            yield return Told(PairedTests.CorrectedResampledT(differences, share), hasNone);
    }

    private IEnumerable<DifferenceInterval> Intervals(MetricSample group, MetricSample reference, double[] differences)
    {
        var (left, right) = (group.Values, reference.Values);
        if (left.Length > 1 && right.Length > 1 && (group.HasSpread || reference.HasSpread))
        {
            var (difference, error, degrees) = SampleTests.WelchError(left, right);
            var half = Tails.StudentQuantile(_plan.Confidence, degrees) * error;
            yield return new("welch", difference - half, difference + half);
            if (_plan.Resamples > 0)
            {
                double[] resampled = [.. Means(group).Zip(Means(reference), static (one, other) => one - other)];
                var sorted = resampled.Order().ToArray();
                yield return new("percentile", Replicates.Quantile(sorted, (1 - _plan.Confidence) / 2), Replicates.Quantile(sorted, (1 + _plan.Confidence) / 2));
                if (BiasCorrection.Interval(sorted, difference, MeanBootstrap.Acceleration(left, right), _plan.Confidence) is { } corrected)
                    yield return new("bca", corrected.Lower, corrected.Upper);
            }
        }

        if (_query.PairBy.Count > 0 && MetricSample.Differ(differences))
        {
            var (mean, deviation) = PairedTests.Moments(differences);
            var half = Tails.StudentQuantile(_plan.Confidence, differences.Length - 1) * deviation / Math.Sqrt(differences.Length);
            yield return new("paired_t", mean - half, mean + half);
        }
    }

    // Of a seed that is the group's and the metric's own, so that other groups and metrics change nothing.
    private double[] Means(MetricSample sample)
    {
        if (!_means.TryGetValue(sample.Group, out var means))
            _means[sample.Group] = means = new MeanBootstrap(_plan.For($"{_metric}#{sample.Group}"), _plan.Resamples).Means(sample.Values);
        return means;
    }

    private StatisticalTest Together(Func<IReadOnlyList<double[]>, TestOutcome> test, string name, bool isDefined)
    {
        if (_samples.Any(static sample => sample.Values.Length < 2))
            return new() { Test = name, Undefined = "a group has fewer than 2 values" };
        return Told(test([.. _samples.Select(static sample => sample.Values)]), isDefined ? null : "there is no spread");
    }

    private IEnumerable<string> Warnings()
    {
        foreach (var sample in _samples)
        {
            if (sample.Values.Length < Few)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{sample.Group}' has {sample.Values.Length} values; tests of fewer than {Few} find large differences only.");
            if (sample.NotFinite > 0)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{sample.Group}' has {sample.NotFinite} values that are NaN or infinite; they are left out.");
            if (sample.Told.LeftOut > sample.NotFinite)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{sample.Group}' has {sample.Told.LeftOut - sample.NotFinite} runs without the metric; they are left out.");
            if (sample.Values.Length > 1 && !sample.HasSpread)
                yield return $"All values of '{sample.Group}' are the same.";
            if (sample.Repeated > 0)
                yield return string.Create(CultureInfo.InvariantCulture, $"{sample.Repeated} keys of 'pair_by' have several runs in '{sample.Group}'; they make no pairs.");
        }
    }

    private int? Asked(int pairs) => _query.PairBy.Count > 0 ? pairs : null;

    private static bool AnyDiffers(IReadOnlyList<MetricSample> samples) => MetricSample.Differ([.. samples.SelectMany(static sample => sample.Values)]);

    private static StatisticalTest Told(TestOutcome outcome, string? undefined) => undefined is not null || !double.IsFinite(outcome.PValue)
        ? new() { Test = outcome.Test, Undefined = undefined ?? "it divides by zero" }
        : new() { Test = outcome.Test, Statistic = outcome.Statistic, Degrees = outcome.Degrees, DegreesAbove = outcome.DegreesAbove, PValue = outcome.PValue };

    private static double? Finite(double value, bool isDefined) => isDefined && double.IsFinite(value) ? value : null;

    private static string? PairOf(RunDocument run, List<Func<RunDocument, string?>> keys)
    {
        if (keys.Count == 0)
            return null;
        var values = keys.ConvertAll(key => key(run));
        return values.Contains(null) ? null : string.Join('\u001f', values);
    }
}
