using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class FeatureEffectsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Effects_of_a_weighted_sum_are_lines_of_the_weight()
    {
        var rows = ExplanationGames.Rows(600, 3, 1);
        var score = ExplanationGames.Scoring(static x => (2 * x[0]) - (3 * x[1]) + 1);
        var grid = FeatureEffects.Grid(rows.Column(1), isText: false);

        var curves = (await FeatureEffects.CurvesAsync(score, rows, 1, grid, None)).Value;
        var dependence = FeatureEffects.PartialDependence(curves);
        var accumulated = (await FeatureEffects.AccumulatedAsync(score, rows, 1, grid, None)).Value;

        Assert.Equal(FeatureEffects.Points, grid.Length);
        for (var point = 0; point < grid.Length; point++)
        {
            Assert.Equal(1 + (2 * rows.Column(0).Average()) - (3 * grid[point]), dependence[point], 9);
            Assert.Equal(-3 * (grid[point] - grid[0]), FeatureEffects.Centred(curves[7])[point], 9);
            Assert.Equal(-3 * (grid[point] - grid[0]), accumulated[point] - accumulated[0], 9);
        }
    }

    [Fact]
    public void The_grid_tells_of_no_value_that_few_rows_have()
    {
        double[] few = [.. Enumerable.Repeat(5.0, 30), .. Enumerable.Repeat(1.0, 10), .. Enumerable.Repeat(2.0, 9), double.NaN, 77];
        Assert.Equal([1.0, 5], FeatureEffects.Grid(few, isText: false));
        Assert.Equal([5.0, 1], FeatureEffects.Grid(few, isText: true));

        double[] many = [.. Enumerable.Range(0, 400).Select(static row => Math.Pow(row, 1.5))];
        foreach (var column in new[] { many, many[..40] })
        {
            var grid = FeatureEffects.Grid(column, isText: false);
            Assert.Equal(grid.Order(), grid);
            Assert.InRange(grid.Length, 3, column.Length / CommonValues.LeastRows);
            Assert.Empty(grid.Intersect(column));
            Assert.True(grid[0] > column[column.Length / 20] && grid[^1] < column[^(column.Length / 20)]);
        }

        Assert.Empty(FeatureEffects.Grid(many[..9], isText: false));
        Assert.Empty(FeatureEffects.Grid([1], isText: false));
    }

    [Fact]
    public void A_tree_of_the_answers_parts_rows_where_no_single_value_shows()
    {
        var rows = new FeatureMatrix(200, 2);
        for (var row = 0; row < 200; row++)
            (rows[row, 0], rows[row, 1]) = (1000 + (row * Math.Sqrt(2)), row < 3 ? row : row % 2 == 0 ? 10 : 11);

        var coarse = CommonValues.Coarsened(rows, [false, true], FeatureEffects.Points);

        Assert.Equal([CommonValues.RareText, 10, 11], coarse.Column(1).Distinct().Order());
        Assert.All(coarse.Column(0).GroupBy(static value => value), static group => Assert.True(group.Count() >= CommonValues.LeastRows));
        Assert.Empty(coarse.Column(0).Intersect(rows.Column(0)));
        Assert.Equal(coarse.Column(0).Order(), coarse.Column(0));
    }

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
