namespace Orrery.Testing;

/// <summary>Models that tests serve.</summary>
public static class OnnxModels
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int Text = 8;

    /// <summary>A logistic regression; input <c>features</c> float [N, weights], outputs <c>label</c> int64 [N] and <c>probabilities</c> float [N, 2].</summary>
    public static byte[] Logistic(float[] weights, float intercept) => new OnnxModelBuilder()
        .Input("features", Float, -1, weights.Length)
        .Constant("weights", weights, weights.Length, 1)
        .Constant("intercept", [intercept], 1, 1)
        .Constant("one", [1f], 1, 1)
        .Node("MatMul", ["features", "weights"], ["weighted"])
        .Node("Add", ["weighted", "intercept"], ["logit"])
        .Node("Sigmoid", ["logit"], ["positive"])
        .Node("Sub", ["one", "positive"], ["negative"])
        .Node("Concat", ["negative", "positive"], ["probabilities"], attributes: ("axis", 1L))
        .Node("ArgMax", ["probabilities"], ["label"], attributes: [("axis", 1L), ("keepdims", 0L)])
        .Output("label", Int64, -1)
        .Output("probabilities", Float, -1, 2)
        .Build();

    /// <summary>As scikit-learn's converter writes a classifier of two texts: outputs <c>output_label</c> text [N] and <c>output_probability</c>, a sequence of maps.</summary>
    public static byte[] ZipMap(float weight, params string[] labels) => new OnnxModelBuilder()
        .Input("X", Float, -1, 1)
        .Node("LinearClassifier", ["X"], ["output_label", "scores"], OnnxModelBuilder.MachineLearning,
            ("coefficients", new[] { -weight, weight }), ("intercepts", new[] { 0f, 0f }), ("classlabels_strings", labels),
            ("multi_class", 0L), ("post_transform", "SOFTMAX"))
        .Node("ZipMap", ["scores"], ["output_probability"], OnnxModelBuilder.MachineLearning, ("classlabels_strings", labels))
        .Output("output_label", Text, -1)
        .MapsOutput("output_probability", Text)
        .Build();

    /// <summary>Gives back what it gets: input <c>in</c>, output <c>out</c>.</summary>
    /// <param name="type">Number of the element's type in ONNX.</param>
    /// <param name="shape">Sizes, -1 for a free one.</param>
    public static byte[] Identity(int type, params long[] shape) => new OnnxModelBuilder()
        .Input("in", type, shape).Node("Identity", ["in"], ["out"]).Output("out", type, shape).Build();

    /// <summary>Needs an operator that ONNX does not have: no runtime opens it.</summary>
    public static byte[] Unknown() => new OnnxModelBuilder().Input("in", Float, 1).Node("NoSuchOperator", ["in"], ["out"]).Output("out", Float, 1).Build();

    /// <summary>Takes seconds to run: a square matrix multiplied again and again. Input <c>x</c> float [512, 512].</summary>
    public static byte[] Slow(int steps)
    {
        const int side = 512;
        var model = new OnnxModelBuilder().Input("x", Float, side, side).Constant("w", [.. Enumerable.Repeat(0.001f, side * side)], side, side);
        for (var step = 0; step < steps; step++)
            model.Node("MatMul", [step == 0 ? "x" : $"y{step}", "w"], [$"y{step + 1}"]);
        return model.Output($"y{steps}", Float, side, side).Build();
    }

    /// <summary>Full trees over input <c>features</c> float [N, features], which vote for <c>score</c> float [N, 1].</summary>
    public static byte[] Trees(int trees, int depth, int features, int seed)
    {
        var random = new Random(seed);
        var nodes = new List<(long Tree, long Node, bool Leaf)>();
        for (var tree = 0; tree < trees; tree++)
        {
            for (var node = 0; node < (1 << (depth + 1)) - 1; node++)
                nodes.Add((tree, node, node >= (1 << depth) - 1));
        }

        var leaves = nodes.Where(static node => node.Leaf).ToList();
        return new OnnxModelBuilder()
            .Input("features", Float, -1, features)
            .Node("TreeEnsembleRegressor", ["features"], ["score"], OnnxModelBuilder.MachineLearning,
                ("nodes_treeids", nodes.Select(static node => node.Tree).ToArray()),
                ("nodes_nodeids", nodes.Select(static node => node.Node).ToArray()),
                ("nodes_featureids", nodes.Select(node => node.Leaf ? 0L : random.Next(features)).ToArray()),
                ("nodes_modes", nodes.Select(static node => node.Leaf ? "LEAF" : "BRANCH_LEQ").ToArray()),
                ("nodes_values", nodes.Select(node => node.Leaf ? 0f : random.NextSingle()).ToArray()),
                ("nodes_truenodeids", nodes.Select(static node => node.Leaf ? 0 : (2 * node.Node) + 1).ToArray()),
                ("nodes_falsenodeids", nodes.Select(static node => node.Leaf ? 0 : (2 * node.Node) + 2).ToArray()),
                ("target_treeids", leaves.Select(static leaf => leaf.Tree).ToArray()),
                ("target_nodeids", leaves.Select(static leaf => leaf.Node).ToArray()),
                ("target_ids", leaves.Select(static _ => 0L).ToArray()),
                ("target_weights", leaves.Select(_ => random.NextSingle() / trees).ToArray()),
                ("n_targets", 1L), ("aggregate_function", "SUM"), ("post_transform", "NONE"))
            .Output("score", Float, -1, 1)
            .Build();
    }
}
