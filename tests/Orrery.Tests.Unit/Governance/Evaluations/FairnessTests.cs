using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Fairness over groups, against rates of scikit-learn put together as Fairlearn does.</summary>
public sealed class FairnessTests
{
    private static readonly ResamplePlan Plan = new(1, 200, 0.95);
    private static readonly GroupRules Open = new(30, 10, MaySeeSmall: true);

    [Fact]
    public void Rates_and_disparities_are_fairlearns()
    {
        var golden = EvaluationGolden.At("fairness");
        var report = Report(Open, EvaluationGolden.Wholes(golden["group"]), EvaluationGolden.Flags(golden["truth"]), EvaluationGolden.Flags(golden["predicted"]), "0");
        foreach (var (name, value) in golden["metrics"]!.AsObject())
        {
            var metric = Metric(report, name);
            Assert.Equal((double)value!, metric.Value!.Value, 1e-9);
            Assert.True(metric.Lower <= metric.Upper, name);
        }

        for (var group = 0; group < 3; group++)
        {
            foreach (var (name, value) in golden["groups"]![group]!.AsObject())
                Assert.Equal((double)value!, report.Groups[group].Metrics.Single(one => one.Name == name).Value!.Value, 1e-9);
        }

        double Rate(int group, string name) => (double)golden["groups"]![group]![name]!;
        double Signed(int group, string name) => report.Groups[group].ToPrivileged.Single(one => one.Name == name).Value!.Value;
        Assert.Empty(report.Groups[0].ToPrivileged);
        Assert.Equal(Rate(1, "selection_rate") / Rate(0, "selection_rate"), Signed(1, "disparate_impact"), 1e-9);
        Assert.Equal(Rate(2, "selection_rate") - Rate(0, "selection_rate"), Signed(2, "statistical_parity_difference"), 1e-9);
        Assert.Equal(
            (Rate(2, "false_positive_rate") - Rate(0, "false_positive_rate") + Rate(2, "true_positive_rate") - Rate(0, "true_positive_rate")) / 2,
            Signed(2, "average_odds_difference"),
            1e-9);

        var highest = report.Groups.MaxBy(static group => group.Metrics[0].Value)!;
        Assert.All(report.Groups, group => Assert.Equal(highest.Value, group.FourFifths!.Reference));
        Assert.Equal(1, highest.FourFifths!.ImpactRatio);
        Assert.Null(highest.FourFifths.PValue);
        Assert.All(report.Groups, static group => Assert.Equal(group.FourFifths!.ImpactRatio < 0.8, group.FourFifths.BelowFourFifths));
    }

    [Fact]
    public void A_group_without_enough_positives_is_named_and_makes_the_metric_undefined_not_unfair()
    {
        // The second group has 40 rows and no positive: scikit-learn would give it a true positive rate of 0.
        var (groups, truth, predicted) = (new int[140], new bool[140], new bool[140]);
        for (var row = 0; row < 140; row++)
            (groups[row], truth[row], predicted[row]) = (row < 100 ? 0 : 1, row < 50, row % 2 == 0);
        var report = Report(Open, groups, truth, predicted, null);
        var opportunity = Metric(report, "equal_opportunity_difference");
        Assert.Null(opportunity.Value);
        Assert.Equal("undefined for g=1 (0 positives; 10 are needed)", opportunity.Undefined);
        Assert.NotNull(Metric(report, "demographic_parity_difference").Value);
        Assert.Equal("0 positives; 10 are needed", report.Groups[1].Metrics.Single(static one => one.Name == "true_positive_rate").Undefined);
        Assert.NotNull(report.Groups[1].Metrics.Single(static one => one.Name == "selection_rate").Value);
    }

    [Fact]
    public void Without_the_permission_small_groups_are_not_told_apart_nor_given_away_by_the_others()
    {
        var groups = Enumerable.Range(0, 200).Select(static row => row < 100 ? 0 : row < 190 ? 1 : 2).ToArray();
        var flags = groups.Select(static (_, row) => row % 3 == 0).ToArray();
        var report = Report(Open with { MaySeeSmall = false }, groups, flags, flags, null);
        Assert.Equal([100, null, null], report.Groups.Select(static group => group.Rows));
        Assert.All(report.Groups[2].Metrics, static metric => Assert.Equal((null, "fewer than 30 rows"), (metric.Value, metric.Undefined)));
        Assert.Equal("undefined for g=2 (fewer than 30 rows)", Metric(report, "demographic_parity_difference").Undefined);
        Assert.NotNull(Metric(report, "demographic_parity_difference").OfDefinedGroups);
        Assert.Equal([100, 90, 10], Report(Open, groups, flags, flags, null).Groups.Select(static group => group.Rows));
    }

    [Fact]
    public void Intervals_survive_resamples_that_lack_a_group()
    {
        var groups = Enumerable.Range(0, 103).Select(static row => row < 100 ? 0 : 1).ToArray();
        var flags = groups.Select(static (_, row) => row % 2 == 0).ToArray();
        var metric = Metric(Report(new(2, 1, MaySeeSmall: true), groups, flags, flags, null), "demographic_parity_difference");
        Assert.NotNull(metric.Value);
        Assert.True(double.IsFinite(metric.Lower!.Value) && double.IsFinite(metric.Upper!.Value));
    }

    [Fact]
    public void Errors_of_a_regression_differ_by_group_as_computed_by_hand()
    {
        var groups = Enumerable.Range(0, 80).Select(static row => row % 2).ToArray();
        var data = new RegressionRows([.. groups.Select(static (_, row) => (double)row)], [.. groups.Select(static (group, row) => row + (group == 0 ? 1.0 : -3.0))], null);
        var report = new FairnessOfErrors(Open, Plan).Of(new("g", ["0", "1"], groups), data, "0");
        Assert.Equal(4, Metric(report, "mean_error_difference").Value!.Value, 1e-9);
        Assert.Equal(2, Metric(report, "mae_difference").Value!.Value, 1e-9);
        Assert.Equal(9, Metric(report, "group_loss_mse").Value!.Value, 1e-9);
        Assert.Equal(-4, report.Groups[1].ToPrivileged.Single(static one => one.Name == "mean_error_difference").Value!.Value, 1e-9);
    }

    [Fact]
    public void Intersections_are_the_combinations_that_are_there()
    {
        var both = SliceColumn.Cross([new("a", ["x", "y"], [0, 0, 1, 1]), new("b", ["p", "q"], [0, 1, 1, 1])]);
        Assert.Equal("a*b", both.Name);
        Assert.Equal(["x*p", "x*q", "y*q"], both.Values);
        Assert.Equal([0, 1, 2, 2], both.Codes);
    }

    private static FairnessReport Report(GroupRules rules, int[] groups, bool[] truth, bool[] predicted, string? privileged) => new FairnessOfClasses(rules, Plan).Of(
        new("g", [.. Enumerable.Range(0, groups.Max() + 1).Select(static one => $"{one}")], groups), row => truth[row], row => predicted[row], static _ => 1, privileged);

    private static FairnessMetric Metric(FairnessReport report, string name) => report.Metrics.Single(one => one.Name == name);
}
