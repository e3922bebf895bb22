using System.Text.Json.Nodes;
using Orrery.Governance;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Trees on a model's answers, against all splits there are and against scikit-learn's.</summary>
public sealed class ScoreTreeTests
{
    private static readonly JsonNode Golden = Read();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_tree_is_the_one_that_scikit_learn_grows(int place)
    {
        var (rows, golden) = (Rows(), Golden["grown"]![place]!);
        var tree = ScoreTree.Grow(rows, Numbers(Golden["target"]!), new bool[4], (int)golden["depth"]!, (int)golden["leaf"]!);

        ExplanationGames.Near(Numbers(golden["said"]!), [.. Enumerable.Range(0, rows.Rows).Select(row => tree.Predict(rows.Row(row)))], 1e-9);
        var (splits, features, thresholds) = (Splits(tree).ToList(), Numbers(golden["feature"]!), Numbers(golden["threshold"]!));
        Assert.Equal(features.Where(static one => one >= 0), splits.Select(static one => (double)one.Column));
        ExplanationGames.Near([.. thresholds.Where((_, node) => features[node] >= 0)], [.. splits.Select(static one => one.Threshold)], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_split_is_the_best_of_all_that_there_are(int seed)
    {
        // Columns of numbers with missing ones, of a few numbers, and of five texts; every subset of the texts is tried here.
        var random = new Random(seed);
        var rows = new FeatureMatrix(24, 3);
        var targets = new double[24];
        for (var row = 0; row < 24; row++)
        {
            (rows[row, 0], rows[row, 1], rows[row, 2]) = (random.Next(4) == 0 ? double.NaN : random.NextDouble(), random.Next(4), random.Next(5));
            targets[row] = random.NextDouble() + (new[] { 0.3, -0.4, 0.9, 0.1, -0.2 }[(int)rows[row, 2]] * (seed % 2)) + (double.IsNaN(rows[row, 0]) ? 0.2 * seed : 0);
        }

        const int Least = 3;
        var tree = ScoreTree.Grow(rows, targets, [false, false, true], 1, Least);

        var best = AllSplits(rows).Select(goesLeft => Error(rows, targets, goesLeft, Least)).Min();
        Assert.NotNull(tree.Split);
        Assert.Equal(best, Error(rows, targets, row => tree.Split.GoesLeft(rows[row, tree.Split.Column]), Least), 9);
    }

    [Fact]
    public void Answers_that_are_all_the_same_are_not_parted()
    {
        var tree = ScoreTree.Grow(ExplanationGames.Rows(40, 3, 1), [.. Enumerable.Repeat(0.1, 40)], new bool[3], 4, 1);

        Assert.Null(tree.Split);
        Assert.Equal(0.1, tree.Mean, 12);
    }

    private static IEnumerable<Func<int, bool>> AllSplits(FeatureMatrix rows)
    {
        for (var column = 0; column < 2; column++)
        {
            var own = column;
            foreach (var threshold in rows.Column(column).Where(static value => !double.IsNaN(value)).Distinct())
            {
                yield return row => rows[row, own] <= threshold;
                yield return row => double.IsNaN(rows[row, own]) || rows[row, own] <= threshold;
            }
        }

        for (var set = 1; set < 31; set++)
        {
            var chosen = set;
            yield return row => (chosen & (1 << (int)rows[row, 2])) != 0;
        }
    }

    private static double Error(FeatureMatrix rows, double[] targets, Func<int, bool> goesLeft, int least)
    {
        var sides = Enumerable.Range(0, rows.Rows).ToLookup(goesLeft, row => targets[row]);
        if (sides[true].Count() < least || sides[false].Count() < least)
            return double.PositiveInfinity;
        return new[] { sides[true], sides[false] }.Sum(static side => side.Sum(value => (value - side.Average()) * (value - side.Average())));
    }

    private static IEnumerable<ScoreSplit> Splits(ScoreNode node) =>
        node.Split is { } split ? [split, .. Splits(node.Left!), .. Splits(node.Right!)] : [];

    internal static FeatureMatrix Rows()
    {
        var lists = Golden["rows"]!.AsArray();
        var rows = new FeatureMatrix(lists.Count, 4);
        for (var row = 0; row < rows.Rows; row++)
            Numbers(lists[row]!).CopyTo(rows.Row(row));
        return rows;
    }

    internal static JsonNode At(string name) => Golden[name]!;

    internal static double[] Numbers(JsonNode list) => [.. list.AsArray().Select(static one => (double)one!)];

    private static JsonNode Read()
    {
        using var stream = typeof(ScoreTreeTests).Assembly.GetManifestResourceStream("explanation-golden.json")!;
        return JsonNode.Parse(stream)!;
    }
}
