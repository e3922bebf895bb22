using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class FeatureEffectsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Effects_of_a_weighted_sum_are_lines_of_the_weight()
    {
        var rows = ExplanationGames.Rows(300, 3, 1);
        var score = ExplanationGames.Scoring(static x => (2 * x[0]) - (3 * x[1]) + 1);
        var grid = FeatureEffects.Grid(rows.Column(1), isText: false);

        var curves = (await FeatureEffects.CurvesAsync(score, rows, 1, grid, None)).Value;
        var dependence = FeatureEffects.PartialDependence(curves);
        var accumulated = (await FeatureEffects.AccumulatedAsync(score, rows, 1, grid, None)).Value;

        Assert.Equal(FeatureEffects.Points, grid.Length);
        Assert.Equal((rows.Column(1).Min(), rows.Column(1).Max()), (grid[0], grid[^1]));
        for (var point = 0; point < grid.Length; point++)
        {
            Assert.Equal(1 + (2 * rows.Column(0).Average()) - (3 * grid[point]), dependence[point], 9);
            Assert.Equal(-3 * (grid[point] - grid[0]), FeatureEffects.Centred(curves[7])[point], 9);
            Assert.Equal(-3 * (grid[point] - grid[0]), accumulated[point] - accumulated[0], 9);
        }
    }

    [Fact]
    public void The_grid_has_each_value_once_when_there_are_few() =>
        Assert.Equal([1.0, 2, 5], FeatureEffects.Grid([5, 1, double.NaN, 2, 2, 1], isText: false));

    [Fact]
    public async Task Permuting_costs_what_the_column_gives_and_nothing_for_one_that_is_not_read()
    {
        var rows = ExplanationGames.Rows(2000, 3, 1);
        double[] truth = [.. Enumerable.Range(0, rows.Rows).Select(row => rows[row, 0] + rows[row, 1])];
        var score = ExplanationGames.Scoring(static x => x[0] + x[1]);

        var (whole, losses) = (await PermutationImportance.MeasureAsync(score, rows, answers => ExplanationMetrics.R2(answers, truth), [[0], [2], [0, 1]], 10, 1, None)).Value;

        // R2 falls by 2 var(column) / var(sum): by 1 for one of two alike, by 2 for both.
        Assert.Equal(1, whole, 12);
        Assert.InRange(losses[0].Mean, 0.9, 1.1);
        Assert.Equal((0.0, 0.0), losses[1]);
        Assert.InRange(losses[2].Mean, 1.85, 2.15);
        Assert.InRange(losses[0].Std, 1e-4, 0.1);
    }

    [Fact]
    public void The_area_under_the_curve_counts_ties_as_halves()
    {
        // scikit-learn 1.2: roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) is 0.75; with a tie 0.875.
        Assert.Equal(0.75, ExplanationMetrics.RocAuc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]), 12);
        Assert.Equal(0.875, ExplanationMetrics.RocAuc([0.1, 0.4, 0.4, 0.8], [false, false, true, true]), 12);
        Assert.True(double.IsNaN(ExplanationMetrics.RocAuc([0.1, 0.4], [true, true])));
    }

    [Fact]
    public void Reasons_are_the_most_negative_values()
    {
        var reasons = InstanceText.ReasonsOf([0.5, -0.1, -0.4, 0, -0.2, -0.05, -0.3], ["a", "b", "c", "d", "e", "f", "g"]);

        Assert.Equal(["c", "g", "e", "b"], reasons.Select(static reason => reason.Feature));
    }
}
