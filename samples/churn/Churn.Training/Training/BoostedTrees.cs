using Orrery.Onnx;

namespace Churn;

/// <summary>Trained boosted trees: the logit is <c>Prior + LearningRate * sum of the trees' answers</c>.</summary>
internal sealed record BoostedTrees(double Prior, double LearningRate, RegressionTree[] Trees, int Columns) : IModel
{
    public double[] Probabilities(Matrix inputs)
    {
        var probabilities = new double[inputs.Rows];
        for (var row = 0; row < inputs.Rows; row++)
        {
            var logit = Prior;
            foreach (var tree in Trees)
                logit += LearningRate * tree.Predict(inputs.Row(row));
            probabilities[row] = Logistic.Sigmoid(logit);
        }

        return probabilities;
    }

    /// <summary>The share of all squared error that splits on each input removed.</summary>
    public double[] Importance()
    {
        var gains = new double[Columns];
        foreach (var node in Trees.SelectMany(tree => tree.Nodes).Where(node => !node.IsLeaf))
            gains[node.Feature] += node.Gain;
        var total = gains.Sum();
        return total > 0 ? Array.ConvertAll(gains, gain => gain / total) : gains;
    }

    public ModelProto ToOnnx()
    {
        var graph = new OnnxGraph("churn_boosted_trees", Columns);
        graph.TreeEnsemble(this, "logit");
        return graph.Finish("logit");
    }
}
