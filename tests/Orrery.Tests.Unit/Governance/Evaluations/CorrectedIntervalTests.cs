using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Statistics;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Bias-corrected and accelerated intervals of metrics, against leaving out row after row, and the paired bootstrap of average precision.</summary>
public sealed class CorrectedIntervalTests
{
    private static readonly ResamplePlan Plan = new(3, 300, 0.95) { IsCorrected = true };

    [Theory]
    [InlineData("accuracy")]
    [InlineData("average_precision")]
    [InlineData("log_loss")]
    public void The_acceleration_of_a_classifiers_metric_is_that_of_leaving_out_row_after_row(string name)
    {
        var rows = Simulated(150, 3, decimals: 2);
        var order = rows.Order();
        var metric = BinaryMetrics.Of(rows, order, "all", Plan, 2048, 1, tellsCounts: true).Single(one => one.Name == name);

        var sums = new JackknifeSums();
        sums.Add([.. order.Select(left => Value(name, ScoreTotals.Of([.. order.Where(row => row != left)], rows.Scores, rows.Positive, null, 0.5)))]);
        var expected = BiasCorrection.Interval(Drawn(rows, order, name), metric.Value!.Value, sums.Acceleration, 0.95)!.Value;

        Assert.Equal("bca", metric.Method);
        Assert.NotEqual(0, sums.Acceleration);
        Assert.Equal(expected.Lower, metric.Lower!.Value, 1e-9);
        Assert.Equal(expected.Upper, metric.Upper!.Value, 1e-9);
    }

    [Fact]
    public void The_acceleration_of_a_regressions_metric_is_that_of_leaving_out_row_after_row()
    {
        var draws = new ResampleDraws(5);
        var rows = new RegressionRows([.. Enumerable.Range(0, 80).Select(static i => (double)i)], [.. Enumerable.Range(0, 80).Select(i => i + Math.Exp(3 * draws.Next()))], null);
        int[] all = [.. Enumerable.Range(0, 80)];
        var metric = RegressionMetrics.Of(rows, all, "all", Plan).Single(static one => one.Name == "rmse");

        var units = RegressionMetrics.Units(rows, all, "all", Plan);
        var (again, values) = (Plan.For("all"), new double[Plan.Resamples]);
        for (var resample = 0; resample < values.Length; resample++)
            values[resample] = RegressionMetrics.Draw(units, again).Rmse;
        var sums = new JackknifeSums();
        sums.Add([.. all.Select(left => Math.Sqrt(all.Where(row => row != left).Average(row => Math.Pow(rows.Predicted[row] - rows.Target[row], 2))))]);
        var expected = BiasCorrection.Interval(values, metric.Value!.Value, sums.Acceleration, 0.95)!.Value;

        Assert.Equal("bca", metric.Method);
        Assert.Equal(expected.Lower, metric.Lower!.Value, 1e-9);
        Assert.Equal(expected.Upper, metric.Upper!.Value, 1e-9);
    }

    [Fact]
    public void Several_classes_have_corrected_intervals_about_the_percentile_ones()
    {
        var draws = new ResampleDraws(9);
        int[] truth = [.. Enumerable.Range(0, 400).Select(static i => i % 3)];
        var rows = new ClassRows(3, truth, [.. truth.Select(one => draws.Next() < 0.9 ? one : (one + 1) % 3)], null, null);
        int[] all = [.. Enumerable.Range(0, 400)];

        var corrected = ClassMetrics.Of(rows, all, "all", Plan).Single(static one => one.Name == "f1_macro");
        var plain = ClassMetrics.Of(rows, all, "all", Plan with { IsCorrected = false }).Single(static one => one.Name == "f1_macro");

        Assert.Equal(("bca", "bootstrap"), (corrected.Method, plain.Method));
        Assert.NotEqual((plain.Lower, plain.Upper), (corrected.Lower, corrected.Upper));
        Assert.Equal(plain.Lower!.Value, corrected.Lower!.Value, 0.02);
        Assert.Equal(plain.Upper!.Value, corrected.Upper!.Value, 0.02);
    }

    [Theory]
    [InlineData(200, 2)]
    [InlineData(4000, 9)]
    public void The_paired_bootstrap_of_average_precision_spreads_as_resampling_row_after_row(int count, int decimals)
    {
        var own = Simulated(count, 3, decimals);
        var noise = new ResampleDraws(8);
        var other = new BinaryRows([.. own.Scores.Select(score => Math.Clamp(score + (0.3 * (noise.Next() - 0.5)), 0, 1))], own.Positive, null, 0.5, hasScores: true);
        var (ownOrder, otherOrder) = (own.Order(), other.Order());
        var difference = Precision(own, ownOrder, null) - Precision(other, otherOrder, null);
        var made = new Replicates(400);

        new PairedPrecision(own, ownOrder, other, otherOrder).Resample(made, difference, new(1), TestContext.Current.CancellationToken);

        var (plain, draws) = (new double[400], new ResampleDraws(2));
        for (var resample = 0; resample < plain.Length; resample++)
        {
            double[] weights = [.. Enumerable.Range(0, count).Select(_ => (double)draws.Poisson(1))];
            plain[resample] = Precision(own, ownOrder, weights) - Precision(other, otherOrder, weights);
        }

        var (mean, deviation) = PairedTests.Moments(plain);
        var (found, spread) = PairedTests.Moments([.. made.Values(PairedPrecision.Metric)]);
        Assert.InRange(spread, 0.85 * deviation, 1.15 * deviation);
        Assert.Equal(mean, found, 3 * deviation / Math.Sqrt(400) * 1.5);
    }

    private static double[] Drawn(BinaryRows rows, int[] order, string name)
    {
        var cells = ScoreCells.Of(order, rows.Scores, rows.Positive, null, 2048, 0.5);
        var (draws, values, up, down) = (Plan.For("all"), new double[Plan.Resamples], new double[cells.Count], new double[cells.Count]);
        for (var resample = 0; resample < values.Length; resample++)
        {
            for (var cell = 0; cell < cells.Count; cell++)
            {
                up[cell] = cells.Positives[cell].Effective is > 0 and var ups ? draws.Poisson(ups) / ups : 0;
                down[cell] = cells.Negatives[cell].Effective is > 0 and var downs ? draws.Poisson(downs) / downs : 0;
            }

            values[resample] = Value(name, ScoreTotals.Of(cells, up, down, 0.5));
        }

        return values;
    }

    private static double Value(string name, ScoreTotals totals) => name switch
    {
        "accuracy" => totals.Counts.Accuracy,
        "average_precision" => totals.AveragePrecision,
        _ => totals.LogLoss,
    };

    private static double Precision(BinaryRows rows, int[] order, double[]? weights) => ScoreTotals.Of(order, rows.Scores, rows.Positive, weights, 0.5).AveragePrecision;

    private static BinaryRows Simulated(int count, long seed, int decimals)
    {
        var draws = new ResampleDraws(seed);
        double[] scores = [.. Enumerable.Range(0, count).Select(_ => Math.Round(draws.Next(), decimals))];
        return new(scores, [.. scores.Select(score => draws.Next() < score * score)], null, 0.5, hasScores: true);
    }
}
