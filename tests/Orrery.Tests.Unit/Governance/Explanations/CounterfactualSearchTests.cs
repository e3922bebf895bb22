using Orrery.Contracts;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Counterfactuals of functions: against all that there is on small grids, and against constraints.</summary>
public sealed class CounterfactualSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task On_a_small_grid_the_cheapest_of_all_is_found(int seed)
    {
        var random = new Random(seed);
        var background = ExplanationGames.Rows(40, 4, seed);
        var row = ExplanationGames.Rows(1, 4, seed + 100).Values;
        var lists = Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 5).Select(_ => Math.Round(random.NextDouble() * 2, 3)).ToArray()).ToList();
        double[] weights = [1, 2.5, 0.4, 1];
        double Model(double[] x) => (x[0] * x[1]) + Math.Sin(4 * x[2]) - x[3] - 0.9;
        var spec = new CounterfactualSpec
        {
            Constraints = lists.Select((values, column) => (Name: $"c{column}", Constraint: new FeatureConstraint { Values = CounterfactualGames.Json(values), Weight = weights[column] }))
                .ToDictionary(static one => one.Name, static one => one.Constraint),
            Sparsity = 0.3,
            MostChanges = 3,
        };

        // Every combination, counted here.
        var best = double.PositiveInfinity;
        var count = 0;
        for (var combination = 1; combination < 1296; combination++)
        {
            int[] digits = [combination % 6, combination / 6 % 6, combination / 36 % 6, combination / 216];
            if (digits.Count(static digit => digit > 0) is 0 or > 3)
                continue;
            count++;
            var changed = row.Select((own, column) => digits[column] == 0 ? own : lists[column][digits[column] - 1]).ToArray();
            var cost = 0.0;
            for (var column = 0; column < 4; column++)
                cost += digits[column] == 0 ? 0 : 0.3 + (weights[column] * Math.Abs(changed[column] - row[column]) / CounterfactualGames.Deviation(background, column));
            best = Model(changed) >= 0 ? Math.Min(best, cost) : best;
        }

        var search = await CounterfactualGames.SearchAsync(CounterfactualGames.Space(row, background, spec), CounterfactualGames.Wanted(Model), 5000);

        Assert.True(search.IsExhaustive);
        Assert.Equal(count, search.Tried.Evaluations);
        Assert.Equal(best, search.Tried.Met.Count == 0 ? double.PositiveInfinity : search.Tried.Met[0].Cost, 9);

        // With a tenth of the questions what is found is still no worse than half as dear again.
        var hasty = await CounterfactualGames.SearchAsync(CounterfactualGames.Space(row, background, spec), CounterfactualGames.Wanted(Model), 300);
        Assert.False(hasty.IsExhaustive);
        if (double.IsFinite(best))
            Assert.InRange(hasty.Tried.Met[0].Cost, best, 1.5 * best);
    }

    [Fact]
    public async Task Of_a_weighted_sum_the_answer_is_on_the_boundary()
    {
        // With a price on every changed column the cheapest is one change to the boundary of the column that gives most for its deviation.
        double[] weights = [1, -2, 0.5, 3, 0];
        var background = ExplanationGames.Rows(60, 5, 3);
        double[] row = [0.5, 0.5, 0.5, 0.1, 0.5];
        double Model(double[] x) => weights.Zip(x, static (weight, value) => weight * value).Sum() - 1;
        var space = CounterfactualGames.Space(row, background, new() { Sparsity = 5 });
        var lacking = -Model(row);
        var expected = 5 + new[] { 0, 1, 2, 3 }.Where(column => Reachable(column)).Min(column => lacking / Math.Abs(weights[column]) / CounterfactualGames.Deviation(background, column));

        var search = await CounterfactualGames.SearchAsync(space, CounterfactualGames.Wanted(Model), 4000);

        Assert.False(search.IsExhaustive);
        Assert.InRange(search.Tried.Met[0].Cost, expected - 1e-9, expected * 1.01);

        bool Reachable(int column) => row[column] + (lacking / weights[column]) is var to && to >= background.Column(column).Min() && to <= background.Column(column).Max();
    }

    [Fact]
    public async Task Constraints_are_never_broken_and_answers_are_as_wanted()
    {
        var met = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            const int Columns = 6;
            var background = ExplanationGames.Rows(50, Columns, seed);
            for (var other = 0; other < 50; other++)
                (background[other, 4], background[other, 5]) = (Math.Floor(background[other, 4] * 9), Math.Floor(background[other, 5] * 3));
            var row = background.Row(random.Next(50)).ToArray();
            var weights = Enumerable.Range(0, Columns).Select(_ => random.NextDouble() - 0.5).ToArray();
            var threshold = random.NextDouble();
            double Model(double[] x) => weights.Zip(x, static (weight, value) => weight * value).Sum() + (x[0] > threshold ? 0.4 : 0) + (x[4] >= 5 && x[5] < 1 ? 0.6 : 0) - 0.8;
            var constraints = Enumerable.Range(0, Columns).Where(_ => random.Next(3) > 0).ToDictionary(static column => $"c{column}", column => Any(random, row[column]));
            var spec = new CounterfactualSpec { Constraints = constraints, MostChanges = random.Next(1, 5) };
            var space = CounterfactualGames.Space(row, background, spec);

            var search = await CounterfactualGames.SearchAsync(space, CounterfactualGames.Wanted(Model), 1500, seed: seed);

            foreach (var found in search.Tried.Met.Concat(search.Tried.Best is { } best ? [best] : []))
            {
                Assert.Equal(found.IsMet, Model(found.Values) >= 0);
                var changed = Enumerable.Range(0, Columns).Where(column => found.Values[column] != row[column]).ToList();
                Assert.InRange(changed.Count, 1, spec.MostChanges.Value);
                foreach (var column in changed)
                    Holds(constraints.GetValueOrDefault($"c{column}"), row[column], found.Values[column], background.Column(column));
            }

            met += search.Tried.Met.Count > 0 ? 1 : 0;
        }

        Assert.InRange(met, 15, 60);
    }

    [Fact]
    public async Task The_same_seed_finds_the_same()
    {
        static double Model(double[] x) => (x[0] * x[1] * 3) + (x[2] > 0.6 ? x[3] : 0) + (x[4] * x[5]) - 1.8;
        var (background, row) = (ExplanationGames.Rows(50, 6, 1), Enumerable.Repeat(0.2, 6).ToArray());

        var one = await CounterfactualGames.SearchAsync(CounterfactualGames.Space(row, background, new()), CounterfactualGames.Wanted(Model), 2000, seed: 7);
        var again = await CounterfactualGames.SearchAsync(CounterfactualGames.Space(row, background, new()), CounterfactualGames.Wanted(Model), 2000, seed: 7);

        Assert.NotEmpty(one.Tried.Met);
        Assert.Equal(one.Tried.Met[0].Values, again.Tried.Met[0].Values);
        Assert.Equal(one.Tried.Evaluations, again.Tried.Evaluations);
    }

    [Fact]
    public async Task What_cannot_be_is_told_with_the_nearest()
    {
        var (background, row) = (ExplanationGames.Rows(30, 2, 1), new[] { 0.5, 0.5 });
        var spec = new CounterfactualSpec { Constraints = new Dictionary<string, FeatureConstraint> { ["c0"] = new() { Values = CounterfactualGames.Json(0.6, 0.7) }, ["c1"] = new() { Fixed = true } } };

        var search = await CounterfactualGames.SearchAsync(CounterfactualGames.Space(row, background, spec), CounterfactualGames.Wanted(static x => x[0] - 2), 500);

        Assert.True(search.IsExhaustive);
        Assert.Empty(search.Tried.Met);
        Assert.Equal([0.7, 0.5], search.Tried.Best!.Values);
        Assert.Equal(2, search.Tried.Evaluations);
    }

    private static FeatureConstraint Any(Random random, double own) => random.Next(7) switch
    {
        0 => new() { Fixed = true },
        1 => new() { Direction = "up" },
        2 => new() { Direction = "down", Min = own - 1 },
        3 => new() { Min = own - 0.3, Max = own + 0.2 },
        4 => new() { Step = 0.25, Max = own + 2 },
        5 => new() { IntegerOnly = true, Min = -1, Max = 12 },
        _ => new() { Values = CounterfactualGames.Json(0, 0.25, 1, 3), Direction = random.Next(2) == 0 ? "up" : null },
    };

    // Written apart from the code under test.
    private static void Holds(FeatureConstraint? constraint, double from, double to, double[] seen)
    {
        Assert.False(constraint?.Fixed ?? false);
        Assert.False(constraint?.Direction == "up" && to < from);
        Assert.False(constraint?.Direction == "down" && to > from);
        if (constraint?.Values is { } values)
        {
            Assert.Contains(to, values.Select(static value => value.GetDouble()));
            return;
        }

        Assert.True(to >= (constraint?.Min ?? seen.Min()) - 1e-12 && to <= (constraint?.Max ?? seen.Max()) + 1e-12, $"{to} is outside");
        if (constraint?.Step is { } step)
            Assert.Equal(0, Math.Abs(Math.IEEERemainder(to - from, step)), 6);
        if (constraint is { IntegerOnly: true })
            Assert.Equal(Math.Round(to), to);
        if (constraint is null && seen.All(static value => value == Math.Floor(value)))
            Assert.Equal(Math.Round(to), to);
    }
}
