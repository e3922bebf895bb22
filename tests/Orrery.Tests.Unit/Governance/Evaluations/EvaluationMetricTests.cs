using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Metrics and their intervals, against scikit-learn and by simulation.</summary>
public sealed class EvaluationMetricTests
{
    private static readonly ResamplePlan Points = new(1, 0, 0.95);

    public static TheoryData<int, bool> Binary => new((from data in Enumerable.Range(0, 3) from weighted in new[] { false, true } select (data, weighted)).ToArray());

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_metrics_are_scikit_learns(int index, bool weighted)
    {
        var golden = EvaluationGolden.At("binary")[index]!;
        var rows = Rows(golden, weighted);
        var metrics = BinaryMetrics.Of(rows, rows.Order(), "all", Points, 2048, 1, tellsCounts: true).ToDictionary(static one => one.Name);
        var expected = golden[weighted ? "weighted" : "plain"]!;
        foreach (var name in new[] { "accuracy", "balanced_accuracy", "precision", "recall", "f1", "mcc", "kappa", "auc", "average_precision", "log_loss", "brier", "ece", "mce" })
        {
            if (expected[name] is { } value)
                Assert.Equal((double)value, metrics[name].Value!.Value, 1e-9);
        }

        var counts = ScoreTotals.Of(rows.Order(), rows.Scores, rows.Positive, rows.Weights, 0.5).Counts;
        foreach (var (value, other) in EvaluationGolden.Numbers(expected["counts"]).Zip([counts.Tp, counts.Fp, counts.Fn, counts.Tn]))
            Assert.Equal(value, other, 1e-9);
    }

    [Fact]
    public void Metrics_of_several_classes_are_scikit_learns()
    {
        var golden = EvaluationGolden.At("classes");
        var truth = EvaluationGolden.Wholes(golden["truth"]);
        var rows = Enumerable.Range(0, truth.Length).ToArray();
        var metrics = ClassMetrics.Of(new(4, truth, EvaluationGolden.Wholes(golden["predicted"]), null, null), rows, "all", new(1, 100, 0.95)).ToDictionary(static one => one.Name);
        foreach (var (name, value) in golden["metrics"]!.AsObject())
        {
            Assert.Equal((double)value!, metrics[name].Value!.Value, 1e-9);
            Assert.InRange(metrics[name].Value!.Value, metrics[name].Lower!.Value, metrics[name].Upper!.Value);
        }
    }

    [Fact]
    public void Regression_metrics_are_scikit_learns()
    {
        foreach (var golden in EvaluationGolden.At("regression").AsArray())
        {
            var target = EvaluationGolden.Numbers(golden!["target"]);
            var data = new RegressionRows(target, EvaluationGolden.Numbers(golden["predicted"]), golden["weight"] is { } weights ? EvaluationGolden.Numbers(weights) : null);
            var metrics = RegressionMetrics.Of(data, Enumerable.Range(0, target.Length).ToArray(), "all", new(1, 200, 0.95)).ToDictionary(static one => one.Name);
            foreach (var (name, value) in golden["metrics"]!.AsObject())
            {
                Assert.Equal((double)value!, metrics[name].Value!.Value, 1e-9);
                Assert.InRange(metrics[name].Value!.Value, metrics[name].Lower!.Value, metrics[name].Upper!.Value);
            }
        }
    }

    [Fact]
    public void What_divides_by_zero_is_undefined_and_says_why()
    {
        var rows = new BinaryRows([0.1, 0.2, 0.3], [false, false, false], null, 0.5, hasScores: true);
        var metrics = BinaryMetrics.Of(rows, rows.Order(), "all", Points, 2048, 1, tellsCounts: true).ToDictionary(static one => one.Name);
        Assert.Equal("0 positives; 1 are needed", metrics["recall"].Undefined);
        Assert.Equal("0 positives; 1 are needed", metrics["auc"].Undefined);
        Assert.Equal("no row is predicted positive", metrics["precision"].Undefined);
        Assert.Null(metrics["recall"].Value);
        Assert.Equal(1, metrics["accuracy"].Value);
    }

    [Fact]
    public void Coarse_cells_give_nearly_the_intervals_of_single_scores()
    {
        var (rows, order) = Simulated(20_000, 3);
        var plan = new ResamplePlan(5, 400, 0.95);
        var fine = BinaryMetrics.Of(rows, order, "all", plan, int.MaxValue, 1, tellsCounts: true);
        var coarse = BinaryMetrics.Of(rows, order, "all", plan, 512, 1, tellsCounts: true);
        foreach (var (one, other) in fine.Zip(coarse).Where(static pair => pair.First.Lower is not null))
        {
            var width = one.Upper!.Value - one.Lower!.Value;
            Assert.Equal(one.Value, other.Value);
            Assert.InRange(other.Upper!.Value - other.Lower!.Value, 0.8 * width, 1.25 * width);
            Assert.InRange(Math.Abs(other.Lower.Value - one.Lower.Value), 0, 0.3 * width);
        }
    }

    [Fact]
    public void Intervals_of_accuracy_have_the_width_that_theory_gives_and_weights_do_not_fool_them()
    {
        var (rows, order) = Simulated(5000, 7);
        var one = Accuracy(rows, order);
        var theory = 2 * 1.96 * Math.Sqrt(one.Value!.Value * (1 - one.Value.Value) / 5000);
        Assert.InRange(one.Upper!.Value - one.Lower!.Value, 0.85 * theory, 1.15 * theory);

        // Weights of 5 for all say no more than weights of 1.
        var heavy = new BinaryRows(rows.Scores, rows.Positive, [.. Enumerable.Repeat(5.0, 5000)], 0.5, hasScores: true);
        var other = Accuracy(heavy, order);
        Assert.InRange(other.Upper!.Value - other.Lower!.Value, 0.85 * theory, 1.15 * theory);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals_and_another_gives_others()
    {
        var (rows, order) = Simulated(1000, 7);
        List<EvaluationMetric> Of(long seed) => BinaryMetrics.Of(rows, order, "all", new(seed, 100, 0.95), 2048, 1, tellsCounts: true);
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }

    [Fact]
    public void Poisson_draws_are_distributed_as_scipys()
    {
        foreach (var golden in EvaluationGolden.At("poisson").AsArray())
        {
            var draws = new ResampleDraws(11);
            var mean = (double)golden!["mean"]!;
            var drawn = Enumerable.Range(0, 40_000).Select(_ => draws.Poisson(mean)).ToArray();
            foreach (var (at, share) in EvaluationGolden.Numbers(golden["at"]).Zip(EvaluationGolden.Numbers(golden["cdf"])))
                Assert.Equal(share, drawn.Count(one => one <= at) / 40_000.0, 0.012);
        }
    }

    private static EvaluationMetric Accuracy(BinaryRows rows, int[] order) =>
        BinaryMetrics.Of(rows, order, "all", new(5, 1000, 0.95), 2048, 1, tellsCounts: true).Single(static one => one.Name == "accuracy");

    private static BinaryRows Rows(JsonNode golden, bool weighted) =>
        new(EvaluationGolden.Numbers(golden["score"]), EvaluationGolden.Flags(golden["truth"]), weighted ? EvaluationGolden.Numbers(golden["weight"]) : null, 0.5, hasScores: true);

    private static (BinaryRows Rows, int[] Order) Simulated(int count, long seed)
    {
        var draws = new ResampleDraws(seed);
        var scores = Enumerable.Range(0, count).Select(_ => draws.Next()).ToArray();
        var rows = new BinaryRows(scores, [.. scores.Select(score => draws.Next() < score)], null, 0.5, hasScores: true);
        return (rows, rows.Order());
    }
}
