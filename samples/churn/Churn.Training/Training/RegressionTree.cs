namespace Churn;

/// <summary>A regression tree; node 0 is the root.</summary>
internal sealed record RegressionTree(TreeNode[] Nodes)
{
    public double Predict(ReadOnlySpan<double> input)
    {
        var node = Nodes[0];
        while (!node.IsLeaf)
            node = Nodes[input[node.Feature] <= node.Threshold ? node.Left : node.Right];
        return node.Value;
    }
}
