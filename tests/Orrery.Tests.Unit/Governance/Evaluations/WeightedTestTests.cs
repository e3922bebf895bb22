using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Serving;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Tests of comparisons and of the four-fifths rule: by default, and under weights.</summary>
public sealed class WeightedTestTests
{
    private static readonly ResamplePlan Plan = new(EvaluationRules.DefaultSeed, EvaluationRules.DefaultResamples, EvaluationRules.DefaultConfidence);
    private static readonly EvaluationSpec Spec = new() { Task = "binary", Label = "y" };

    [Fact]
    public void A_plain_difference_of_two_versions_is_significant_in_every_metric_by_default()
    {
        var comparison = Compare(Spec, weights: null);
        Assert.Equal((10, 10_000), (comparison.Metrics.Count, comparison.Resamples));
        Assert.All(comparison.Metrics, static metric => Assert.True(metric.AdjustedPValue < 0.05, $"{metric.Name}: {metric.AdjustedPValue} of {metric.Test}"));
        Assert.Equal("paired_bootstrap_normal", comparison.Metrics.Single(static metric => metric.Name == "average_precision").Test);
        // Of a version with itself there is none.
        Assert.All(Compare(Spec, weights: null, isSame: true).Metrics, static metric => Assert.False(metric.AdjustedPValue < 0.05, metric.Name));
    }

    [Fact]
    public void Counts_of_rows_do_not_test_what_is_weighted()
    {
        var weights = Enumerable.Range(0, 400).Select(static row => row % 4 == 0 ? 1.0 : 3).ToArray();
        var (one, scaled) = (Compare(Spec, weights), Compare(Spec, [.. weights.Select(static weight => weight * 1000)]));
        var accuracy = one.Metrics.Single(static metric => metric.Name == "accuracy");
        Assert.Equal("weighted_paired_t", accuracy.Test);
        Assert.Equal(accuracy.PValue!.Value, scaled.Metrics[0].PValue!.Value, 1e-12);
        Assert.InRange(accuracy.Difference!.Value, accuracy.Lower!.Value, accuracy.Upper!.Value);
        var area = one.Metrics.Single(static metric => metric.Name == "auc");
        Assert.Equal((null, "DeLong's test takes no weights"), (area.Test, area.Undefined));
        Assert.NotNull(area.Difference);
    }

    [Fact]
    public void Ranks_of_a_weighted_regression_are_not_tested_and_the_answer_says_so()
    {
        var data = Columns([], Enumerable.Range(0, 50).Select(static row => (double)row).ToArray(), Enumerable.Repeat(2.0, 50).ToArray(), "regression", 50, 50);
        for (var row = 0; row < 50; row++)
            (data.Versions[0].Numbers[row], data.Versions[1].Numbers[row]) = (row + (row % 3), row - (row % 5));
        var spec = new EvaluationSpec { Task = "regression", Label = "y" };
        var ranks = Comparison(spec, data).Metrics.Single(static metric => metric.Name == "absolute_error_rank");
        Assert.Equal((null, null), (ranks.Test, ranks.PValue));
        Assert.Contains("Wilcoxon", ranks.Undefined, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weighted_t_is_that_of_the_linear_approximation()
    {
        // Mean 9/4; w (d - mean) are -1.25, -0.5 and 1.75, their squares 4.875; sqrt(4.875 * 3 / 2) / 4.
        var (mean, error, rows) = PairedTests.WeightedMoments([1, 2, 4, 99], [1, 2, 1, 0]);
        Assert.Equal((2.25, 3), (mean, rows));
        Assert.Equal(Math.Sqrt(4.875 * 3 / 2) / 4, error, 1e-12);
        double[] differences = [0.3, -0.1, 0.7, 0.2, 0.25];
        var (weighted, plain) = (PairedTests.WeightedT(differences, [2, 2, 2, 2, 2]), PairedTests.T(differences));
        Assert.Equal(plain.Statistic, weighted.Statistic, 1e-12);
        Assert.Equal(plain.PValue, weighted.PValue, 1e-12);
    }

    [Fact]
    public void The_four_fifths_rule_is_tested_with_the_weights()
    {
        var groups = Enumerable.Range(0, 400).Select(static row => row % 2).ToArray();
        // Among rows both groups are selected alike; by weight the second hardly is.
        double Weight(int row) => groups[row] == 1 && row % 4 == 1 ? 0.1 : 1;
        bool IsSelected(int row) => row % 4 < 2;
        FourFifths Rule(Func<int, double> weight) => new FairnessOfClasses(new(30, 10, MaySeeSmall: true), Plan with { Resamples = 0 })
            .Of(new("g", ["0", "1"], groups), static row => row % 3 == 0, IsSelected, weight, null).Groups[1].FourFifths!;
        var (plain, weighted, scaled) = (Rule(static _ => 1), Rule(Weight), Rule(row => 50 * Weight(row)));
        Assert.Equal(("two_proportion_z", false), (plain.Test, plain.Significant));
        Assert.Equal(("weighted_proportion_z", true), (weighted.Test, weighted.Significant));
        Assert.Equal(weighted.PValue!.Value, scaled.PValue!.Value, 1e-12);
        // 200 of each: shares 1/2 and 10/110, variances by hand.
        var share = 10 / 110.0;
        var variance = ((100 * 0.01 * (1 - share) * (1 - share)) + (100 * share * share)) / (110 * 110.0);
        Assert.Equal(Proportions.Weighted((share, variance), (0.5, 0.25 / 200)).PValue, weighted.PValue!.Value, 1e-12);
    }

    // The first version is right in 19 of 20 rows, the second in 7 of 10.
    private static EvaluationComparison Compare(EvaluationSpec spec, double[]? weights, bool isSame = false)
    {
        var truth = Enumerable.Range(0, 400).Select(static row => row % 2).ToArray();
        var data = Columns(truth, [], weights, "binary", 20, isSame ? 20 : 10);
        return Comparison(spec, data);
    }

    private static EvaluationComparison Comparison(EvaluationSpec spec, EvaluationColumns data) =>
        new VersionComparison(spec, data, new EvaluationWork(spec, data, new(30, 10, MaySeeSmall: true), Plan, static (_, _) => { }), Plan).Of(new() { Against = "baseline" }, data.Versions[1]);

    private static EvaluationColumns Columns(int[] truth, double[] target, double[]? weights, string task, params int[] every)
    {
        var rows = Math.Max(truth.Length, target.Length);
        var says = every.Select(of => new VersionSays(task, task == "binary" ? ["no", "yes"] : [], 1, rows, 0)).ToList();
        for (var version = 0; version < says.Count && task == "binary"; version++)
        {
            var scores = truth.Select((one, row) =>
            {
                var isWrong = every[version] == 20 ? row / 2 % 20 == 0 : row / 2 % 10 < 3;
                return (one == 1) != isWrong ? 0.75 + (row % 7 / 50.0) : 0.25 - (row % 7 / 50.0);
            }).ToArray();
            Assert.True(says[version].Take(new(rows, [new("probabilities", 1, scores, null)]), 0, default).Succeeded);
        }

        return new()
        {
            Count = rows,
            WithoutLabel = 0,
            Classes = task == "binary" ? ["no", "yes"] : [],
            Truth = truth,
            Target = target,
            Weights = weights,
            Slices = new Dictionary<string, SliceColumn>(),
            Versions = says,
            Sha256 = "",
            Notes = [],
        };
    }
}
