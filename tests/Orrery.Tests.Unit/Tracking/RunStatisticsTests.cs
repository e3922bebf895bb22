using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Statistics;
using Orrery.Tracking;
using Xunit;
using Run = Orrery.Tracking.Run;

namespace Orrery.Tests.Unit;

/// <summary>Statistical comparison of groups of runs.</summary>
public sealed class RunStatisticsTests
{
    private static readonly double[] Base = [0.80, 0.81, 0.79, 0.83, 0.80, 0.82];
    private static readonly double[] Other = [0.83, 0.82, 0.82, 0.86, 0.81, 0.86];

    [Fact]
    public void Two_groups_are_compared_by_the_tests_of_samples_and_of_pairs()
    {
        var made = Compare([Group("base", Base), Group("new", Other)], new() { PairBy = ["params.seed"], TestShare = 0.2 });

        var difference = Assert.Single(Assert.Single(made.Metrics).Differences);
        Assert.Equal(("new", "base"), (difference.Group, difference.Reference));
        Assert.Equal(Other.Average() - Base.Average(), difference.Difference!.Value, 1e-12);
        Assert.Equal(6, difference.Pairs);
        Assert.Equal(["welch_t", "mann_whitney", "paired_t", "wilcoxon", "corrected_resampled_t"], difference.Tests.Select(static test => test.Test.Replace("_exact", "", StringComparison.Ordinal)));
        Assert.Equal(SampleTests.Welch(Other, Base).PValue, difference.Tests[0].PValue);
        double[] pairs = [.. Other.Zip(Base, static (one, other) => one - other)];
        Assert.Equal(PairedTests.T(pairs).PValue, difference.Tests[2].PValue!.Value, 1e-12);
        Assert.True(difference.Tests[4].PValue > difference.Tests[2].PValue);
        Assert.Equal(["welch", "percentile", "bca", "paired_t"], difference.Intervals.Select(static one => one.Method));
        Assert.All(difference.Intervals, one => Assert.InRange(difference.Difference.Value, one.Lower, one.Upper));
        Assert.Equal(EffectSizes.HedgesG(Other, Base), difference.HedgesG);
    }

    [Fact]
    public void Runs_are_paired_by_their_keys_and_not_by_their_order()
    {
        var reversed = Group("new", Other) with { Runs = [.. Group("new", Other).Runs.Reverse()] };
        var query = new RunStatisticsQuery { PairBy = ["params.seed"] };

        var (straight, turned) = (Compare([Group("base", Base), Group("new", Other)], query), Compare([Group("base", Base), reversed], query));

        Assert.Equal(Paired(straight), Paired(turned));
        static double? Paired(RunStatistics made) => made.Metrics[0].Differences[0].Tests.First(static test => test.Test == "paired_t").PValue;
    }

    [Fact]
    public void Three_groups_are_tested_together_and_each_with_each_or_with_a_reference()
    {
        RunSample[] groups = [Group("a", Base), Group("b", Other), Group("c", [0.7, 0.71, 0.69, 0.72, 0.7, 0.73])];

        var all = Compare(groups, new()).Metrics[0];
        var referred = Compare(groups, new() { Reference = "b" }).Metrics[0];

        Assert.Equal(["anova", "kruskal_wallis"], all.Tests.Select(static test => test.Test));
        Assert.Equal(SampleTests.Anova([Base, Other, [0.7, 0.71, 0.69, 0.72, 0.7, 0.73]]).PValue, all.Tests[0].PValue!.Value, 1e-15);
        Assert.Equal([("b", "a"), ("c", "a"), ("c", "b")], all.Differences.Select(static one => (one.Group, one.Reference)));
        Assert.Equal([("a", "b"), ("c", "b")], referred.Differences.Select(static one => (one.Group, one.Reference)));
    }

    [Fact]
    public void P_values_of_a_test_are_corrected_over_metrics_and_groups()
    {
        RunSample[] groups = [Group("a", Base), Group("b", Other), Group("c", [0.7, 0.71, 0.69, 0.72, 0.7, 0.73])];

        var made = Compare(groups, new() { Correction = "holm" }).Metrics[0].Differences.Select(static one => one.Tests[0]).ToList();

        Assert.Equal(PAdjustment.Holm([.. made.Select(static test => test.PValue!.Value)]), made.Select(static test => test.AdjustedPValue!.Value));
        Assert.Contains(made, static test => test.AdjustedPValue > test.PValue);
    }

    [Fact]
    public void Few_values_no_spread_and_no_numbers_are_told_and_never_given_a_p_value()
    {
        var made = Compare([Group("same", [0.1, 0.1, 0.1]), Group("odd", [double.NaN, 0.1, double.PositiveInfinity])], new()).Metrics[0];

        Assert.All(made.Differences[0].Tests, static test => Assert.Null(test.PValue));
        Assert.All(made.Differences[0].Tests, static test => Assert.NotNull(test.Undefined));
        Assert.Equal((1, 2), (made.Groups[1].Count, made.Groups[1].LeftOut));
        Assert.Contains(made.Warnings, static one => one.Contains("All values of 'same'", StringComparison.Ordinal));
        Assert.Contains(made.Warnings, static one => one.Contains("2 values that are NaN", StringComparison.Ordinal));
        Assert.Contains(made.Warnings, static one => one.Contains("fewer than 5", StringComparison.Ordinal));
        Assert.Null(made.Differences[0].CohensD);
        Assert.Empty(made.Differences[0].Intervals);
    }

    [Fact]
    public void Runs_that_share_a_key_make_no_pair()
    {
        var twice = Group("new", [.. Other, 0.5]);
        twice = twice with { Runs = [.. twice.Runs.Take(6), twice.Runs[6] with { Params = [new("seed", "0")] }] };

        var made = Compare([Group("base", Base), twice], new() { PairBy = ["params.seed"] }).Metrics[0];

        Assert.Equal(5, made.Differences[0].Pairs);
        Assert.Contains(made.Warnings, static one => one.Contains("several runs in 'new'", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_question_has_the_same_answer_whatever_is_asked_besides()
    {
        var one = Compare([Group("base", Base), Group("new", Other)], new());
        var three = Compare([Group("base", Base), Group("new", Other), Group("c", [1, 2, 3])], new());

        Assert.Equal(one.Metrics[0].Differences[0].Intervals, three.Metrics[0].Differences[0].Intervals);
        Assert.NotEqual(one.Metrics[0].Differences[0].Intervals, Compare([Group("base", Base), Group("new", Other)], new() { Seed = 2 }).Metrics[0].Differences[0].Intervals);
    }

    public static TheoryData<RunStatisticsQuery, string> Wrong => new()
    {
        { new() { Groups = [new() { Name = "a", RunIds = ["1"] }] }, "2 to 20" },
        { new() { GroupBy = "params.x", Groups = [new() { Name = "a", RunIds = ["1"] }] }, "exclude" },
        { new() { Groups = [new() { Name = "a", RunIds = ["1"] }, new() { Name = "a", RunIds = ["2"] }] }, "Two groups" },
        { new() { Groups = [new() { Name = "a", RunIds = ["1"] }, new() { Name = "b" }] }, "either" },
        { new() { Groups = [new() { Name = "a", RunIds = ["1"] }, new() { Name = "b", Filter = "" }] }, "experiment_ids" },
        { new() { GroupBy = "metrics.x", ExperimentIds = ["0"] }, "params.KEY" },
        { new() { GroupBy = "params.x", ExperimentIds = ["0"], TestShare = 0.1 }, "pair_by" },
        { new() { GroupBy = "params.x", ExperimentIds = ["0"], Confidence = 1 }, "confidence" },
        { new() { GroupBy = "params.x", ExperimentIds = ["0"], Correction = "bonferroni" }, "correction" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_question_that_cannot_be_answered_is_refused(RunStatisticsQuery query, string why)
    {
        var refused = RunStatisticsRules.Problem(query);

        Assert.Equal(("tracking.invalid_comparison", FailureKind.Invalid), (refused!.Code, refused.Kind));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private static RunStatistics Compare(IReadOnlyList<RunSample> groups, RunStatisticsQuery query) => RunStatisticsComparisons.Compare(groups, query).Value;

    private static RunSample Group(string name, double[] values) => new(name, [.. values.Select((value, seed) => Document($"{name}-{seed}", value, seed))]);

    private static RunDocument Document(string id, double value, int seed) => new(
        new(id, 0, id, "", "FINISHED", 0, null, Lifecycle.Active, "", 1), [new("auc", new(0, 0, value))], [new("seed", seed.ToString(CultureInfo.InvariantCulture))], [], [], []);
}
