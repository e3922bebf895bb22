using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Serving;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Scales, goals and the choice of counterfactuals.</summary>
public sealed class CounterfactualPartsTests
{
    [Fact]
    public void Distances_are_in_median_absolute_deviations()
    {
        // Of 1, 2, 4, 8, 100 the median is 4, the deviations 3, 2, 0, 4, 96 and their median 3; of 0, 0, 0, 0, 5 it is 0 and the standard deviation 2.
        var background = new FeatureMatrix(5, 3);
        double[] first = [1, 2, 4, 8, 100];
        for (var row = 0; row < 5; row++)
            (background[row, 0], background[row, 1], background[row, 2]) = (first[row], row == 4 ? 5 : 0, row % 2);
        var scales = new RowScales(background, [false, false, true]);

        Assert.Equal(2, scales.Distance(0, 4, 10));
        Assert.Equal(1.5, scales.Distance(1, 0, 3), 12);
        Assert.Equal(1, scales.Distance(2, 0, 1));
        Assert.Equal(1, scales.Distance(0, double.NaN, 1));
        Assert.Equal(0, scales.Distance(0, double.NaN, double.NaN));
        Assert.Equal(4.5, scales.Distance([4, 0, 0], [10, 3, 1]), 12);

        var (near, usual) = scales.Plausibility([2, 0, 1]);
        var (far, unusual) = scales.Plausibility([5000, 50, 1]);
        Assert.True(near < far);
        Assert.Equal(0, unusual);
        Assert.InRange(usual, 0.8, 1);
    }

    [Fact]
    public void A_wanted_class_comes_before_the_others()
    {
        var three = new Scores(2, [new("probabilities", 3, [0.5, 0.3, 0.2, 0.4, 0.4, 0.2], null)]);
        var goal = OutcomeGoal.Choose(new() { Class = 1 }, three, 0).Value;

        Assert.Equal(0.2, goal.Of(three, 0).Gap, 12);
        Assert.True(goal.Of(three, 1).Gap > 0);
        Assert.Equal("governance.invalid_goal", OutcomeGoal.Choose(null, three, 0).Failure!.Code);
        Assert.Equal("governance.invalid_goal", OutcomeGoal.Choose(new() { Class = 3 }, three, 0).Failure!.Code);

        var two = new Scores(1, [new("probabilities", 1, [0.8], null)]);
        Assert.Equal(0, OutcomeGoal.Choose(null, two, 0).Value.Class);
        var range = OutcomeGoal.Choose(new() { Class = 1, Min = 0.2, Max = 0.6 }, two, 0).Value;
        Assert.Equal(0.2, range.Of(two, 0).Gap, 12);

        var number = new Scores(1, [new("y", 1, [7], null)]);
        Assert.Equal(3, OutcomeGoal.Choose(new() { Min = 10 }, number, 0).Value.Of(number, 0).Gap);
        Assert.Equal(-3, OutcomeGoal.Choose(new() { Max = 10 }, number, 0).Value.Of(number, 0).Gap);
        Assert.Equal("governance.invalid_goal", OutcomeGoal.Choose(null, number, 0).Failure!.Code);
        Assert.Equal("governance.invalid_goal", OutcomeGoal.Choose(new() { Min = 2, Max = 1 }, number, 0).Failure!.Code);
    }

    [Fact]
    public void Diversity_takes_what_is_unlike_and_none_the_cheapest()
    {
        var met = new[] { (0.0, 1.0), (0.01, 1.01), (0.02, 1.02), (3.0, 1.3), (-4.0, 1.5) }.Select(static one => new TriedRow([one.Item1], 1, 0, one.Item2)).ToList();
        static double Distance(double[] one, double[] other) => Math.Abs(one[0] - other[0]);

        Assert.Equal([0, 0.01, 0.02], DiverseChoice.Choose(met, 3, 0, Distance).Select(static one => one.Values[0]));
        Assert.Equal([0, 3, -4], DiverseChoice.Choose(met, 3, 1, Distance).Select(static one => one.Values[0]));
        Assert.Equal(5, DiverseChoice.Choose(met, 10, 1, Distance).Count);
    }

    [Fact]
    public void Texts_take_those_that_were_seen_or_are_listed()
    {
        var codes = new TextCodes([true]);
        var background = new FeatureMatrix(3, 1);
        foreach (var (text, row) in new[] { ("month", 0), ("year", 1), ("month", 2) })
            background[row, 0] = codes.Encode(0, text);

        Assert.Equal(["year"], Texts(null));
        Assert.Equal(["decade", "year"], Texts(new() { Values = [Json("decade"), Json("month"), Json("year")] }));
        Assert.Empty(Texts(new() { Fixed = true }));
        var wrong = ColumnChoices.Of("contract", 0, 0, background.Column(0), codes, new() { Step = 2 });
        Assert.Equal("governance.invalid_constraint", wrong.Failure!.Code);

        string[] Texts(FeatureConstraint? constraint) =>
            [.. ColumnChoices.Of("contract", 0, 0, background.Column(0), codes, constraint).Value.Values.Select(code => codes.Decode(0, code)!).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Wrong_specifications_are_told_all_at_once()
    {
        var problems = CounterfactualRules.Problems(new()
        {
            Count = 11,
            Sparsity = -1,
            Constraints = new Dictionary<string, FeatureConstraint> { ["a"] = new() { Direction = "sideways", Min = 2, Max = 1 }, ["b"] = new() { Fixed = true, Step = 1 }, ["c"] = new() { Weight = 0 } },
        }).ToList();

        Assert.Equal(6, problems.Count);
        Assert.Empty(CounterfactualRules.Problems(new() { Constraints = new Dictionary<string, FeatureConstraint> { ["a"] = new() { Fixed = true } } }));
    }

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonElement.Parse($"\"{text}\"");
}
