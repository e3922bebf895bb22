using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class ShapleyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void The_glove_game_has_its_published_values()
    {
        // Two left gloves and a right one; a pair is worth 1. Players 0 and 1 have a left glove: 1/6, 1/6, 2/3.
        double[] game = [0, 0, 0, 0, 0, 1, 1, 1];

        ExplanationGames.Near([1 / 6.0, 1 / 6.0, 2 / 3.0], ExactShapley.Of(game, 3), 1e-15);
    }

    [Fact]
    public void The_airport_game_has_its_published_values()
    {
        // Runways for planes that cost 8, 11, 13, 18 (Littlechild and Owen 1973): each shares the parts that it uses.
        double[] costs = [8, 11, 13, 18];
        var game = Enumerable.Range(0, 16).Select(mask => Enumerable.Range(0, 4).Where(plane => (mask & (1 << plane)) != 0).Select(plane => costs[plane]).DefaultIfEmpty(0).Max()).ToArray();

        ExplanationGames.Near([2, 3, 4, 9], ExactShapley.Of(game, 4), 1e-12);
    }

    [Fact]
    public async Task Exact_values_are_those_of_all_orders()
    {
        static double Model(double[] x) => (x[0] * x[1]) + Math.Sin(3 * x[2]) + (x[1] * x[3] * x[4]);
        var (background, row) = (ExplanationGames.Rows(7, 6, 1), ExplanationGames.Rows(1, 6, 2).Values);
        var score = ExplanationGames.Scoring(Model);
        var baseValue = (await CoalitionGame.BaseAsync(score, background, None)).Value;

        var explained = (await ExactShapley.ExplainAsync(new(score, background, row), baseValue, None)).Value;

        ExplanationGames.Near(ExplanationGames.ByOrders(Model, background, row), explained.Values, 1e-12);
        Assert.Equal(explained.Prediction, baseValue + explained.Values.Sum(), 12);
        Assert.True(Math.Abs(explained.Values[5]) < 1e-15);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(11)]
    public async Task The_kernel_method_is_exact_when_all_coalitions_are_there(int columns)
    {
        double Model(double[] x) => x.Aggregate(1.0, static (product, value) => product * (1 + value)) + (x[0] > 0.5 ? x[^1] : 0);
        var (background, row) = (ExplanationGames.Rows(5, columns, 3), ExplanationGames.Rows(1, columns, 4).Values);
        var score = ExplanationGames.Scoring(Model);
        var game = new CoalitionGame(score, background, row);
        var baseValue = (await CoalitionGame.BaseAsync(score, background, None)).Value;

        var exact = (await ExactShapley.ExplainAsync(game, baseValue, None)).Value;
        var kernel = (await KernelShapley.ExplainAsync(game, baseValue, samples: 1 << columns, seed: 1, None)).Value;

        Assert.True(KernelCoalitions.Choose(columns, 1 << columns, new Random(1)).IsComplete);
        ExplanationGames.Near(exact.Values, kernel.Values, 1e-8);
    }

    [Fact]
    public async Task Paired_samples_are_exact_for_games_of_pairs()
    {
        // With each coalition's complement, least squares finds the values of games of order two whatever is drawn (Covert and Lee 2021).
        const int Columns = 18;
        var random = new Random(5);
        var pairs = Enumerable.Range(0, 40).Select(_ => (One: random.Next(Columns), Other: random.Next(Columns), Weight: random.NextDouble() - 0.5)).Where(static pair => pair.One != pair.Other).ToList();
        double Model(double[] x) => x.Select(static (value, column) => column * value).Sum() + pairs.Sum(pair => pair.Weight * x[pair.One] * x[pair.Other]);
        var background = new FeatureMatrix(1, Columns);
        double[] row = [.. Enumerable.Repeat(1.0, Columns)];
        var score = ExplanationGames.Scoring(Model);
        var expected = Enumerable.Range(0, Columns).Select(column => column + pairs.Where(pair => pair.One == column || pair.Other == column).Sum(static pair => pair.Weight) / 2).ToList();

        var kernel = (await KernelShapley.ExplainAsync(new(score, background, row), 0, samples: 1200, seed: 9, None)).Value;

        Assert.False(KernelCoalitions.Choose(Columns, 1200, new Random(9)).IsComplete);
        ExplanationGames.Near(expected, kernel.Values, 1e-7);
        Assert.Equal(kernel.Prediction, kernel.Values.Sum(), 9);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_digits_and_another_seed_others()
    {
        static double Model(double[] x) => x.Aggregate(1.0, static (product, value) => product * (1 + value));
        var (background, row) = (ExplanationGames.Rows(3, 16, 6), ExplanationGames.Rows(1, 16, 7).Values);
        var game = new CoalitionGame(ExplanationGames.Scoring(Model), background, row);

        var one = (await KernelShapley.ExplainAsync(game, 1, 500, seed: 1, None)).Value.Values;
        var again = (await KernelShapley.ExplainAsync(game, 1, 500, seed: 1, None)).Value.Values;
        var other = (await KernelShapley.ExplainAsync(game, 1, 500, seed: 2, None)).Value.Values;

        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task Columns_that_play_the_same_part_have_the_same_value_and_equal_columns_none()
    {
        static double Model(double[] x) => (x[0] * x[1]) + x[3];
        var background = ExplanationGames.Rows(4, 4, 8);
        for (var other = 0; other < 4; other++)
            (background[other, 1], background[other, 2]) = (background[other, 0], 0.25);
        double[] row = [0.9, 0.9, 0.25, 0.1];
        var score = ExplanationGames.Scoring(Model);
        var game = new CoalitionGame(score, background, row);
        var baseValue = (await CoalitionGame.BaseAsync(score, background, None)).Value;

        foreach (var values in new[] { (await ExactShapley.ExplainAsync(game, baseValue, None)).Value.Values, (await KernelShapley.ExplainAsync(game, baseValue, 100, 1, None)).Value.Values })
        {
            Assert.Equal(values[0], values[1], 9);
            Assert.Equal(0.0, values[2]);
        }
    }
}
