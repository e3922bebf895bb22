namespace Orrery.Governance;

/// <summary>An ensemble of decision trees whose leaves are added up.</summary>
/// <param name="columns">The ensemble's columns, as made of the model's.</param>
/// <param name="nodes">Nodes that decide, of all trees.</param>
/// <param name="leaves">Of all trees.</param>
/// <param name="bases">What is there without a tree, one an output.</param>
internal sealed class TreeModel(IReadOnlyList<ColumnSteps> columns, TreeNode[] nodes, TreeLeaf[] leaves, double[] bases) : MarginModel
{
    public override string Method => "tree";

    public override int Outputs => bases.Length;

    public IReadOnlyList<TreeLeaf> Leaves => leaves;

    public override double[] Margins(ReadOnlySpan<double> row)
    {
        var decisions = Decisions(row);
        var margins = bases.ToArray();
        foreach (var leaf in leaves)
        {
            if (!IsReached(leaf, decisions))
                continue;
            for (var output = 0; output < margins.Length; output++)
                margins[output] += leaf.Weights[output];
        }

        return margins;
    }

    public override MarginExplainer Against(FeatureMatrix background, int output) => new TreeShapley(this, leaves, bases[output], background, output);

    /// <summary>What each node says of a row.</summary>
    public bool[] Decisions(ReadOnlySpan<double> row)
    {
        var values = new double[columns.Count];
        for (var column = 0; column < values.Length; column++)
            values[column] = columns[column].Apply(row[columns[column].Feature]);
        var decisions = new bool[nodes.Length];
        for (var node = 0; node < nodes.Length; node++)
            decisions[node] = nodes[node].Decide(values[nodes[node].Column]);
        return decisions;
    }

    private static bool IsReached(TreeLeaf leaf, bool[] decisions)
    {
        foreach (var (node, mustBe) in leaf.Steps)
        {
            if (decisions[node] != mustBe)
                return false;
        }

        return true;
    }
}
