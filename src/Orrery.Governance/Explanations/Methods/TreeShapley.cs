using System.Numerics;

namespace Orrery.Governance;

/// <summary>
/// Interventional TreeSHAP, exactly (Lundberg et al. 2020). A leaf is reached from a coalition when each feature of its way is open for the row or, outside
/// of the coalition, for the background: so a leaf's part in the values depends only on which features are open for the row alone (they must be in) and which
/// for the background alone (they must be out). Background rows that are open alike at a leaf are counted once.
/// </summary>
internal sealed class TreeShapley : MarginExplainer
{
    private readonly TreeModel _model;
    private readonly (TreeLeaf Leaf, double Weight, (ulong Open, double Share)[] Background)[] _leaves;
    private readonly double[][] _steps;
    private readonly int _features;
    private readonly double _constant;
    private readonly double _base;

    public TreeShapley(TreeModel model, IReadOnlyList<TreeLeaf> leaves, double constant, FeatureMatrix background, int output)
    {
        (_model, _constant, _features) = (model, constant, background.Columns);
        var decisions = Enumerable.Range(0, background.Rows).Select(row => model.Decisions(background.Row(row))).ToList();
        _leaves = [.. leaves.Where(leaf => leaf.Weights[output] != 0).Select(leaf => (leaf, leaf.Weights[output], Patterns(leaf, decisions)))];
        _base = constant + _leaves.Sum(static entry => entry.Weight * entry.Background.Where(pattern => IsFull(entry.Leaf, pattern.Open)).Sum(static pattern => pattern.Share));
        var most = leaves.Count == 0 ? 0 : leaves.Max(static leaf => leaf.Features.Length);
        _steps = [.. Enumerable.Range(0, most + 1).Select(static players => Enumerable.Range(0, players).Select(size => ShapleyWeights.Step(size, players)).ToArray())];
    }

    public override RowExplanation Explain(ReadOnlySpan<double> row)
    {
        var decisions = _model.Decisions(row);
        var (values, prediction) = (new double[_features], _constant);
        foreach (var (leaf, weight, background) in _leaves)
        {
            var open = leaf.Open(decisions);
            var full = Full(leaf);
            if (open == full)
                prediction += weight;
            foreach (var (other, share) in background)
            {
                if ((open | other) == full && open != other)
                    Add(values, leaf, open & ~other, other & ~open, weight * share);
            }
        }

        return new(_base, values, prediction);
    }

    // Features that must be in gain from it, those that must be out lose.
    private void Add(double[] values, TreeLeaf leaf, ulong inside, ulong outside, double weight)
    {
        var (count, players) = (BitOperations.PopCount(inside), BitOperations.PopCount(inside) + BitOperations.PopCount(outside));
        var steps = _steps[players];
        if (count > 0)
        {
            var gain = weight * steps[count - 1];
            for (var bits = inside; bits != 0; bits &= bits - 1)
                values[leaf.Features[BitOperations.TrailingZeroCount(bits)]] += gain;
        }

        if (outside == 0)
            return;
        var loss = weight * steps[count];
        for (var bits = outside; bits != 0; bits &= bits - 1)
            values[leaf.Features[BitOperations.TrailingZeroCount(bits)]] -= loss;
    }

    private static (ulong Open, double Share)[] Patterns(TreeLeaf leaf, List<bool[]> decisions)
    {
        var counts = new SortedDictionary<ulong, int>();
        foreach (var row in decisions)
        {
            var open = leaf.Open(row);
            counts[open] = counts.GetValueOrDefault(open) + 1;
        }

        return [.. counts.Select(pattern => (pattern.Key, (double)pattern.Value / decisions.Count))];
    }

    private static ulong Full(TreeLeaf leaf) => leaf.Features.Length == 64 ? ulong.MaxValue : (1UL << leaf.Features.Length) - 1;

    private static bool IsFull(TreeLeaf leaf, ulong open) => open == Full(leaf);
}
