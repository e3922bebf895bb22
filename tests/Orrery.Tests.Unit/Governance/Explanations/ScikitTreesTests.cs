using System.Text.Json.Nodes;
using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Ensembles that scikit-learn trained, written as ONNX: read as they answer there, and explained by the definition.</summary>
public sealed class ScikitTreesTests
{
    [Theory]
    [InlineData("boosted")]
    [InlineData("forest")]
    public void An_ensemble_says_what_scikit_learn_says_and_is_explained(string name)
    {
        var (rows, golden) = (ScoreTreeTests.Rows(), ScoreTreeTests.At(name));
        var model = OnnxMargins.Find(Written(golden), new Dictionary<string, int> { ["x"] = 4 }, out var reason) ?? throw new InvalidOperationException(reason);

        var said = Enumerable.Range(0, rows.Rows).Select(row => model.Margins(rows.Row(row))[0]).ToList();
        ExplanationGames.Near(ScoreTreeTests.Numbers(golden["said"]!), said, 1e-5);

        var background = rows.Take([.. Enumerable.Range(0, 30)]);
        var explainer = model.Against(background, 0);
        for (var row = 100; row < 105; row++)
        {
            var explained = explainer.Explain(rows.Row(row));
            ExplanationGames.Near(ExplanationGames.ByOrders(x => model.Margins(x)[0], background, rows.Row(row).ToArray()), explained.Values, 1e-12);
            Assert.Equal(explained.Prediction, explained.BaseValue + explained.Values.Sum(), 9);
        }
    }

    private static byte[] Written(JsonNode golden)
    {
        var trees = golden["trees"]!.AsArray().Select(static tree => new
        {
            Left = ScoreTreeTests.Numbers(tree!["left"]!),
            Right = ScoreTreeTests.Numbers(tree["right"]!),
            Feature = ScoreTreeTests.Numbers(tree["feature"]!),
            Threshold = ScoreTreeTests.Numbers(tree["threshold"]!),
            Value = ScoreTreeTests.Numbers(tree["value"]!),
        }).ToList();
        var all = trees.SelectMany(static (tree, index) => Enumerable.Range(0, tree.Left.Length).Select(node => (Tree: index, Node: node, IsLeaf: tree.Left[node] < 0))).ToList();
        var leaves = all.Where(static one => one.IsLeaf).ToList();
        return new OnnxModelBuilder().Input("x", 1, -1, 4).Node(
            "TreeEnsembleRegressor", ["x"], ["y"], OnnxModelBuilder.MachineLearning,
            ("nodes_treeids", (long[])[.. all.Select(static one => (long)one.Tree)]),
            ("nodes_nodeids", (long[])[.. all.Select(static one => (long)one.Node)]),
            ("nodes_featureids", (long[])[.. all.Select(one => one.IsLeaf ? 0 : (long)trees[one.Tree].Feature[one.Node])]),
            ("nodes_modes", (string[])[.. all.Select(static one => one.IsLeaf ? "LEAF" : "BRANCH_LEQ")]),
            ("nodes_values", (float[])[.. all.Select(one => one.IsLeaf ? 0 : (float)trees[one.Tree].Threshold[one.Node])]),
            ("nodes_truenodeids", (long[])[.. all.Select(one => one.IsLeaf ? 0 : (long)trees[one.Tree].Left[one.Node])]),
            ("nodes_falsenodeids", (long[])[.. all.Select(one => one.IsLeaf ? 0 : (long)trees[one.Tree].Right[one.Node])]),
            ("target_treeids", (long[])[.. leaves.Select(static one => (long)one.Tree)]),
            ("target_nodeids", (long[])[.. leaves.Select(static one => (long)one.Node)]),
            ("target_ids", (long[])[.. leaves.Select(static _ => 0L)]),
            ("target_weights", (float[])[.. leaves.Select(one => (float)trees[one.Tree].Value[one.Node])]),
            ("base_values", new[] { (float)(double)(golden["base"] ?? 0.0) }), ("n_targets", 1L)).Build();
    }
}
