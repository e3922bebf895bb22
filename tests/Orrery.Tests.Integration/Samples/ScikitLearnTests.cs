using System.Text.Json;
using Churn;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The sample's training and scores against scikit-learn's on the same rows.</summary>
public sealed class ScikitLearnTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(100)]
    public async Task Logistic_regression_finds_the_same_weights(double ridge)
    {
        var train = ChurnRows.Train;
        var ours = new LogisticRegression(ridge).Fit(train, ChurnRows.Valid, _ => { });
        var theirs = await AskAsync(new { ask = "logistic", x = ChurnRows.Of(train.Inputs), y = train.Labels, ridge });

        AssertClose(ChurnRows.Doubles(theirs.GetProperty("weights")), ours.Weights, 1e-6);
        Assert.Equal(theirs.GetProperty("intercept").GetDouble(), ours.Intercept, 1e-6);
    }

    [Fact]
    public async Task Boosted_trees_predict_the_same_on_a_case_without_equal_splits()
    {
        // Twelve rows whose columns are unrelated orders, so that no two cuts are equally good.
        double[][] rows =
        [
            [0.1, 7.2], [1.3, 0.4], [2.2, 5.1], [3.7, 9.9], [4.1, 1.2], [5.8, 6.3],
            [6.4, 2.8], [7.9, 8.5], [8.3, 3.6], [9.6, 4.7], [10.2, 11.1], [11.5, 10.4],
        ];
        int[] labels = [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1];
        var table = Encode(rows, labels);
        var ours = new GradientBoosting(new() { Trees = 10, Depth = 2, LearningRate = 0.3, MinLeafRows = 2 }).Fit(table, table, _ => { });
        var theirs = await AskAsync(new { ask = "boosting", x = rows, y = labels, at = rows, trees = 10, depth = 2, rate = 0.3, min_leaf = 2 });

        AssertClose(ChurnRows.Doubles(theirs.GetProperty("probabilities")), ours.Probabilities(table.Inputs), 1e-9);
    }

    [Theory]
    [InlineData(1, 0.1, 100)]
    [InlineData(3, 0.1, 60)]
    public async Task Boosted_trees_rank_real_customers_as_well(int depth, double rate, int trees)
    {
        var (train, valid) = (ChurnRows.Train, ChurnRows.Valid);
        var options = new BoostingOptions { Trees = trees, Depth = depth, LearningRate = rate, MinLeafRows = 20 };
        var ours = new GradientBoosting(options).Fit(train, valid, _ => { }).Probabilities(valid.Inputs);
        var answer = await AskAsync(new
        {
            ask = "boosting",
            x = ChurnRows.Of(train.Inputs),
            y = train.Labels,
            at = ChurnRows.Of(valid.Inputs),
            trees,
            depth,
            rate,
            min_leaf = 20,
        });
        var theirs = ChurnRows.Doubles(answer.GetProperty("probabilities"));

        Assert.Equal(Roc.Auc(valid.Labels, theirs), Roc.Auc(valid.Labels, ours), 0.005);
        Assert.InRange(ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Average(), 0, 0.005);
    }

    [Fact]
    public async Task Scores_are_the_same()
    {
        var valid = ChurnRows.Valid;
        // Rounded, so that there are ties.
        var probabilities = new LogisticRegression(ridge: 1).Fit(ChurnRows.Train, valid, _ => { })
            .Probabilities(valid.Inputs).Select(p => Math.Round(p, 2)).Select(p => Math.Clamp(p, 0.01, 0.99)).ToArray();
        var ours = Scores.Of(valid.Labels, probabilities);
        var theirs = await AskAsync(new { ask = "scores", y = valid.Labels, p = probabilities });

        foreach (var (name, value) in ours.Named("").Where(score => score.Key != "calibration_error"))
            Assert.Equal(theirs.GetProperty(name).GetDouble(), value, 1e-12);
        var curve = Roc.Curve(valid.Labels, probabilities);
        AssertClose(ChurnRows.Doubles(theirs.GetProperty("roc_x")), [.. curve.Select(point => point.X)], 1e-12);
        AssertClose(ChurnRows.Doubles(theirs.GetProperty("roc_y")), [.. curve.Select(point => point.Y)], 1e-12);
    }

    [Fact]
    public async Task Calibration_bins_are_the_same()
    {
        var valid = ChurnRows.Valid;
        var probabilities = new LogisticRegression(ridge: 1).Fit(ChurnRows.Train, valid, _ => { }).Probabilities(valid.Inputs);
        var ours = CalibrationBin.Of(valid.Labels, probabilities, bins: 10);
        var theirs = await AskAsync(new { ask = "scores", y = valid.Labels, p = probabilities });

        AssertClose(ChurnRows.Doubles(theirs.GetProperty("predicted")), [.. ours.Select(bin => bin.MeanPredicted)], 1e-12);
        AssertClose(ChurnRows.Doubles(theirs.GetProperty("observed")), [.. ours.Select(bin => bin.ObservedRate)], 1e-12);
    }

    private static Table Encode(double[][] rows, int[] labels) =>
        new(new Matrix(rows.Length, rows[0].Length, [.. rows.SelectMany(row => row).Select(value => (double)(float)value)]), labels);

    private static Task<JsonElement> AskAsync(object question) => Tools.PythonAsync("sklearn_reference.py", "sklearn", question);

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }
}
