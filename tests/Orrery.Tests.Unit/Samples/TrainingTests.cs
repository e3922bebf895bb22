using Churn;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class TrainingTests
{
    // Two inputs, the first telling, the second noise; five of eight leave.
    private static readonly Table Customers = new(
        new Matrix(8, 2, [1, 5, 2, 1, 3, 4, 4, 2, 5, 6, 6, 3, 7, 8, 8, 7]),
        [0, 0, 1, 0, 1, 1, 1, 1]);

    [Fact]
    public void Cholesky_solves_and_refuses_what_is_not_positive_definite()
    {
        double[] b = [10, 9];
        Cholesky.Solve([4, 0, 2, 3], b);                  // lower triangle of [[4, 2], [2, 3]]
        Assert.Equal([1.5, 2], b.Select(x => Math.Round(x, 12)));
        Assert.Throws<ArithmeticException>(() => Cholesky.Solve([1, 0, 2, 1], [1, 1]));
    }

    [Fact]
    public void Logistic_regression_ends_where_the_gradient_vanishes()
    {
        var steps = new List<Iteration>();
        _ = new LogisticRegression(ridge: 1).Fit(Customers, Customers, steps.Add);

        Assert.True(steps[^1].Metrics["gradient_norm"] < 1e-7);
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(step => step.Step));
    }

    [Fact]
    public void A_stronger_ridge_makes_smaller_weights()
    {
        var weak = new LogisticRegression(ridge: 0.1).Fit(Customers, Customers, _ => { });
        var strong = new LogisticRegression(ridge: 10).Fit(Customers, Customers, _ => { });

        Assert.True(Math.Abs(strong.Weights[0]) < Math.Abs(weak.Weights[0]));
    }

    [Fact]
    public void A_constant_input_gets_no_weight()
    {
        var table = Customers with { Inputs = new Matrix(8, 1, [3, 3, 3, 3, 3, 3, 3, 3]) };
        var model = new LogisticRegression(ridge: 1).Fit(table, table, _ => { });

        Assert.Equal(0, model.Weights[0]);
        Assert.Equal(5.0 / 8, model.Probabilities(table.Inputs)[0], 9);
    }

    // By hand: prior 5/8, best cut of the first input between 2 and 3 or 4 and 5 by sum-of-squares gain:
    // x <= 2: left residuals -5/8 each, gain 2*(25/64) + (5 - 6*5/8)^2/6 = 0.7813 + 0.2604; x <= 4: (-1.5)^2/4 + 1.5^2/4 = 1.125.
    [Fact]
    public void The_first_stump_cuts_where_the_squared_error_falls_most_and_steps_by_newton()
    {
        var stump = Boost(new() { Trees = 1, Depth = 1, LearningRate = 1 }).Trees.Single();

        Assert.Equal((0, 4.5f), (stump.Nodes[0].Feature, stump.Nodes[0].Threshold));
        Assert.Equal(1.125, stump.Nodes[0].Gain, 12);
        Assert.Equal(-1.5 / (4 * 5.0 / 8 * 3 / 8), stump.Predict([4, 0]), 12);
        Assert.Equal(1.5 / (4 * 5.0 / 8 * 3 / 8), stump.Predict([5, 0]), 12);
    }

    [Fact]
    public void Leaves_hold_at_least_the_rows_asked_for()
    {
        var root = Boost(new() { Trees = 1, Depth = 3, LearningRate = 1, MinLeafRows = 5 }).Trees.Single().Nodes.Single();

        Assert.True(root.IsLeaf);
    }

    [Fact]
    public void Boosting_with_the_same_seed_repeats_itself()
    {
        var options = new BoostingOptions { Trees = 20, Depth = 2, LearningRate = 0.3, Subsample = 0.5, Seed = 3 };

        Assert.Equal(Boost(options).Probabilities(Customers.Inputs), Boost(options).Probabilities(Customers.Inputs));
        Assert.NotEqual(Boost(options).Probabilities(Customers.Inputs), Boost(options with { Seed = 4 }).Probabilities(Customers.Inputs));
    }

    [Fact]
    public void Patience_keeps_the_prefix_with_the_best_validation_loss()
    {
        var opposite = Customers with { Labels = [.. Customers.Labels.Select(label => 1 - label)] };
        var steps = new List<Iteration>();
        var model = new GradientBoosting(new() { Trees = 100, Depth = 1, LearningRate = 0.5, Patience = 5 }).Fit(Customers, opposite, steps.Add);

        Assert.Equal(6, steps.Count);
        Assert.Single(model.Trees);
    }

    [Fact]
    public void A_threshold_between_neighbouring_floats_stays_below_the_upper_one()
    {
        double low = 1f, high = MathF.BitIncrement(1f);
        var table = new Table(new Matrix(4, 1, [low, low, high, high]), [0, 1, 1, 1]);
        var model = new GradientBoosting(new() { Trees = 1, Depth = 1, LearningRate = 1 }).Fit(table, table, _ => { });

        Assert.Equal(1f, model.Trees[0].Nodes[0].Threshold);
    }

    [Fact]
    public void Losses_of_extreme_logits_stay_finite()
    {
        Assert.Equal(800, Logistic.Loss(-800, 1), 9);
        Assert.Equal(0, Logistic.Loss(800, 1), 9);
        Assert.Equal(0, Logistic.Sigmoid(-800), 9);
    }

    private static BoostedTrees Boost(BoostingOptions options) => new GradientBoosting(options).Fit(Customers, Customers, _ => { });
}
