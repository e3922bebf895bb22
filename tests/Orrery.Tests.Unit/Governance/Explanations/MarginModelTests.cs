using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Closed forms read from ONNX files, against the definition of Shapley values.</summary>
public sealed class MarginModelTests
{
    private const int Columns = 6;

    private static readonly Dictionary<string, int> Widths = new() { ["x"] = Columns };

    [Theory]
    [InlineData("BRANCH_LEQ", 1)]
    [InlineData("BRANCH_LT", 2)]
    [InlineData("BRANCH_GTE", 3)]
    [InlineData("BRANCH_GT", 4)]
    public void Values_of_trees_are_those_of_all_orders(string mode, int seed)
    {
        var model = Find(Trees(seed, mode, depth: 4).Build());
        var (background, rows) = (ExplanationGames.Rows(9, Columns, seed), ExplanationGames.Rows(5, Columns, seed + 50));
        rows[0, 0] = double.NaN;
        background[1, 2] = double.NaN;
        var explainer = model.Against(background, 0);

        for (var row = 0; row < rows.Rows; row++)
        {
            var explained = explainer.Explain(rows.Row(row));
            ExplanationGames.Near(ExplanationGames.ByOrders(x => model.Margins(x)[0], background, rows.Row(row).ToArray()), explained.Values, 1e-12);
            Assert.Equal(model.Margins(rows.Row(row))[0], explained.Prediction, 12);
            Assert.Equal(explained.Prediction, explained.BaseValue + explained.Values.Sum(), 9);
            Assert.Equal(0.0, explained.Values[Columns - 1]);
        }
    }

    [Fact]
    public void Trees_after_scaling_are_explained_by_the_models_own_columns()
    {
        var builder = new OnnxModelBuilder().Input("x", 1, -1, Columns).Constant("mean", [.. Enumerable.Repeat(0.5f, Columns)], 1, Columns).Constant("two", [2f])
            .Node("Sub", ["x", "mean"], ["centred"]).Node("Mul", ["centred", "two"], ["scaled"])
            .Node("Scaler", ["scaled"], ["again"], OnnxModelBuilder.MachineLearning, ("offset", new float[] { -1 }), ("scale", new float[] { 0.5f }));
        var scaled = Find(Ensemble(builder, "again", 7, "BRANCH_LEQ", 3).Build());
        var plain = Find(Trees(7, "BRANCH_LEQ", 3).Build());
        var (background, row) = (ExplanationGames.Rows(8, Columns, 1), ExplanationGames.Rows(1, Columns, 2));

        // (2 (x - 0.5) + 1) / 2 is x again, up to rounding that no threshold is near to.
        ExplanationGames.Near(plain.Against(background, 0).Explain(row.Values).Values, scaled.Against(background, 0).Explain(row.Values).Values, 1e-12);
    }

    [Fact]
    public void Two_columns_of_an_ensemble_that_are_one_of_the_models_are_one_player()
    {
        var builder = new OnnxModelBuilder().Input("x", 1, -1, 3).Node("Concat", ["x", "x"], ["twice"], "", ("axis", 1L));
        var model = OnnxMargins.Find(Ensemble(builder, "twice", 3, "BRANCH_LEQ", 4).Build(), new Dictionary<string, int> { ["x"] = 3 }, out _)!;
        var (background, row) = (ExplanationGames.Rows(6, 3, 1), ExplanationGames.Rows(1, 3, 2));

        ExplanationGames.Near(ExplanationGames.ByOrders(x => model.Margins(x)[0], background, row.Values), model.Against(background, 0).Explain(row.Values).Values, 1e-12);
    }

    [Fact]
    public void Linear_values_are_weights_times_differences()
    {
        float[] weights = [1, -2, 3, 0, 0.5f, 4];
        var product = Find(new OnnxModelBuilder().Input("x", 1, -1, Columns).Constant("w", weights, Columns, 1).Constant("b", [0.25f], 1)
            .Node("MatMul", ["x", "w"], ["m"]).Node("Add", ["m", "b"], ["y"]).Build());
        var gemm = Find(new OnnxModelBuilder().Input("x", 1, -1, Columns).Constant("w", weights, 1, Columns).Constant("b", [0.25f], 1)
            .Node("Gemm", ["x", "w", "b"], ["y"], "", ("transB", 1L)).Build());
        var classifier = Find(new OnnxModelBuilder().Input("x", 1, -1, Columns).Node(
            "LinearClassifier", ["x"], ["label", "p"], OnnxModelBuilder.MachineLearning,
            ("coefficients", (float[])[.. weights.Select(static w => -w), .. weights]), ("intercepts", new float[] { -0.25f, 0.25f }), ("post_transform", "LOGISTIC")).Build());
        var (background, row) = (ExplanationGames.Rows(11, Columns, 1), ExplanationGames.Rows(1, Columns, 2));
        var expected = weights.Select((weight, column) => weight * (row[0, column] - background.Column(column).Average())).ToList();

        foreach (var (model, output) in new[] { (product, 0), (gemm, 0), (classifier, 1) })
        {
            var explained = model.Against(background, output).Explain(row.Values);
            ExplanationGames.Near(expected, explained.Values, 1e-12);
            Assert.Equal(0.25 + weights.Select((weight, column) => weight * row[0, column]).Sum(), explained.Prediction, 9);
        }
    }

    [Fact]
    public void A_graph_that_is_not_understood_is_said_to_be()
    {
        Assert.Null(OnnxMargins.Find(new OnnxModelBuilder().Input("x", 1, -1, Columns).Node("Exp", ["x"], ["y"]).Build(), Widths, out var none));
        Assert.Null(OnnxMargins.Find(Ensemble(new OnnxModelBuilder().Input("x", 1, -1, Columns).Node("Exp", ["x"], ["e"]), "e", 1, "BRANCH_LEQ", 2).Build(), Widths, out var hidden));
        Assert.Null(OnnxMargins.Find([1, 2, 3, 255, 255], Widths, out var broken));

        Assert.Contains("no ensemble", none, StringComparison.Ordinal);
        Assert.Contains("cannot be followed", hidden, StringComparison.Ordinal);
        Assert.Contains("broken", broken, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("identity", 1, 0)]
    [InlineData("complement", -1, 1)]
    [InlineData("sigmoid", 1, 0)]
    [InlineData("sigmoid_negative", -1, 0)]
    public void The_link_is_found_by_comparing(string name, double sign, double shift)
    {
        double[][] margins = [[0.3], [-1.2], [2.5]];
        var link = new MarginLink(name, 0, sign, shift);

        var found = MarginLink.Find(margins, [.. margins.Select(link.Apply)], 0)!;

        Assert.Equal(link, found);
        var turned = found.Turn(new(0.1, [0.2, 0], 0.3));
        Assert.Equal(turned.Prediction, turned.BaseValue + turned.Values.Sum(), 12);
        Assert.Null(MarginLink.Find(margins, [0.1, 0.2, 0.3], 0));
    }

    [Fact]
    public void A_softmax_is_found_for_several_outputs()
    {
        double[][] margins = [[0.3, 1, -1], [-1.2, 0, 2], [2.5, 2, 1]];
        var answers = margins.Select(static row => Math.Exp(row[2]) / row.Sum(Math.Exp)).ToList();

        Assert.Equal(new MarginLink("softmax", 2, 1, 0), MarginLink.Find(margins, answers, 2));
    }

    private static MarginModel Find(byte[] file) => OnnxMargins.Find(file, Widths, out var reason) ?? throw new InvalidOperationException(reason);

    private static OnnxModelBuilder Trees(int seed, string mode, int depth) => Ensemble(new OnnxModelBuilder().Input("x", 1, -1, Columns), "x", seed, mode, depth);

    // Complete trees over all columns but the last.
    private static OnnxModelBuilder Ensemble(OnnxModelBuilder builder, string input, int seed, string mode, int depth)
    {
        const int Count = 5;
        var random = new Random(seed);
        var (nodes, inner) = ((1 << (depth + 1)) - 1, (1 << depth) - 1);
        var all = Enumerable.Range(0, Count * nodes).Select(place => (Tree: place / nodes, Node: place % nodes)).ToList();
        var leaves = all.Where(one => one.Node >= inner).ToList();
        return builder.Node(
            "TreeEnsembleRegressor", [input], ["y"], OnnxModelBuilder.MachineLearning,
            ("nodes_treeids", (long[])[.. all.Select(static one => (long)one.Tree)]),
            ("nodes_nodeids", (long[])[.. all.Select(static one => (long)one.Node)]),
            ("nodes_featureids", (long[])[.. all.Select(_ => (long)random.Next(Columns - 1))]),
            ("nodes_modes", (string[])[.. all.Select(one => one.Node < inner ? mode : "LEAF")]),
            ("nodes_values", (float[])[.. all.Select(_ => (float)random.NextDouble())]),
            ("nodes_missing_value_tracks_true", (long[])[.. all.Select(_ => (long)random.Next(2))]),
            ("nodes_truenodeids", (long[])[.. all.Select(one => one.Node < inner ? (2L * one.Node) + 1 : 0)]),
            ("nodes_falsenodeids", (long[])[.. all.Select(one => one.Node < inner ? (2L * one.Node) + 2 : 0)]),
            ("target_treeids", (long[])[.. leaves.Select(static one => (long)one.Tree)]),
            ("target_nodeids", (long[])[.. leaves.Select(static one => (long)one.Node)]),
            ("target_ids", (long[])[.. leaves.Select(static _ => 0L)]),
            ("target_weights", (float[])[.. leaves.Select(_ => (float)(random.NextDouble() - 0.5))]),
            ("base_values", new float[] { 0.125f }), ("n_targets", 1L));
    }
}
