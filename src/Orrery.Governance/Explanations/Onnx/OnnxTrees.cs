namespace Orrery.Governance;

/// <summary>Reads <c>TreeEnsembleRegressor</c> and <c>TreeEnsembleClassifier</c> of ai.onnx.ml.</summary>
internal static class OnnxTrees
{
    private const int MostLeaves = 4_000_000;

    public static bool IsOne(OnnxNode node) => node.Operation is "TreeEnsembleRegressor" or "TreeEnsembleClassifier";

    /// <summary>The ensemble; null when it has something that leaves cannot be added up for.</summary>
    public static TreeModel? Read(OnnxNode node, IReadOnlyList<ColumnSteps> columns)
    {
        var prefix = node.Operation == "TreeEnsembleRegressor" ? "target" : "class";
        var average = node.Text("aggregate_function") is "AVERAGE";
        if (node.Text("aggregate_function") is not (null or "SUM" or "AVERAGE"))
            return null;
        if (Nodes.Read(node) is not { } nodes || Weights(node, prefix, nodes, out var outputs) is not { } weights)
            return null;
        var bases = node.Floats("base_values_as_tensor") ?? node.Floats("base_values") ?? [];
        if (bases.Length > outputs)
            outputs = bases.Length;
        var scale = average ? 1.0 / nodes.Trees : 1;
        var model = new Builder(nodes, columns, weights, outputs, scale);
        return model.Build([.. Enumerable.Range(0, outputs).Select(output => output < bases.Length ? bases[output] : 0)]);
    }

    // By the leaf's place among the nodes.
    private static Dictionary<int, List<(int Output, double Weight)>>? Weights(OnnxNode node, string prefix, Nodes nodes, out int outputs)
    {
        outputs = 0;
        if (node.Wholes($"{prefix}_treeids") is not { } trees || node.Wholes($"{prefix}_nodeids") is not { } ids || node.Wholes($"{prefix}_ids") is not { } targets)
            return null;
        if ((node.Floats($"{prefix}_weights_as_tensor") ?? node.Floats($"{prefix}_weights")) is not { } weights)
            return null;
        if (trees.Length != ids.Length || trees.Length != targets.Length || trees.Length != weights.Length || targets.Any(static target => target is < 0 or > 100_000))
            return null;
        var found = new Dictionary<int, List<(int Output, double Weight)>>();

        // A classifier of two classes may have weights of one alone: then that is its only output.
        var isOne = prefix == "class" && targets.Distinct().Count() == 1;
        for (var index = 0; index < trees.Length; index++)
        {
            if (nodes.Place(trees[index], ids[index]) is not { } place)
                return null;
            var output = isOne ? 0 : (int)targets[index];
            outputs = Math.Max(outputs, output + 1);
            if (!found.TryGetValue(place, out var list))
                found[place] = list = [];
            list.Add((output, weights[index]));
        }

        return found;
    }

    private sealed class Nodes
    {
        private readonly Dictionary<(long Tree, long Node), int> _places = [];

        public required long[] TreeIds { get; init; }

        public required long[] Features { get; init; }

        public required TreeDecision?[] Decisions { get; init; }

        public required double[] Values { get; init; }

        public required long[] True { get; init; }

        public required long[] False { get; init; }

        public required bool[] MissingIsTrue { get; init; }

        public int Trees => TreeIds.Distinct().Count();

        public int? Place(long tree, long node) => _places.TryGetValue((tree, node), out var place) ? place : null;

        /// <summary>Nodes that no other leads to.</summary>
        public IEnumerable<int> Roots()
        {
            var led = new HashSet<int>();
            for (var place = 0; place < TreeIds.Length; place++)
            {
                if (Decisions[place] is null)
                    continue;
                foreach (var child in new[] { True[place], False[place] })
                {
                    if (Place(TreeIds[place], child) is { } found)
                        led.Add(found);
                }
            }

            return Enumerable.Range(0, TreeIds.Length).Where(place => !led.Contains(place));
        }

        public static Nodes? Read(OnnxNode node)
        {
            if (node.Wholes("nodes_treeids") is not { Length: > 0 } trees || node.Wholes("nodes_nodeids") is not { } ids || node.Wholes("nodes_featureids") is not { } features
                || node.Texts("nodes_modes") is not { } modes || (node.Floats("nodes_values_as_tensor") ?? node.Floats("nodes_values")) is not { } values
                || node.Wholes("nodes_truenodeids") is not { } whenTrue || node.Wholes("nodes_falsenodeids") is not { } whenFalse)
            {
                return null;
            }

            var count = trees.Length;
            var missing = node.Wholes("nodes_missing_value_tracks_true");
            if (ids.Length != count || features.Length != count || modes.Count != count || values.Length != count || whenTrue.Length != count || whenFalse.Length != count
                || missing is not null && missing.Length != 0 && missing.Length != count || modes.Any(static mode => mode != "LEAF" && Decision(mode) is null))
            {
                return null;
            }

            var nodes = new Nodes
            {
                TreeIds = trees,
                Features = features,
                Decisions = [.. modes.Select(Decision)],
                Values = values,
                True = whenTrue,
                False = whenFalse,
                MissingIsTrue = missing is { Length: > 0 } ? [.. missing.Select(static one => one != 0)] : new bool[count],
            };
            for (var place = 0; place < count; place++)
            {
                if (!nodes._places.TryAdd((trees[place], ids[place]), place))
                    return null;
            }

            return nodes;
        }

        private static TreeDecision? Decision(string mode) => mode switch
        {
            "BRANCH_LEQ" => TreeDecision.LessOrEqual,
            "BRANCH_LT" => TreeDecision.Less,
            "BRANCH_GTE" => TreeDecision.GreaterOrEqual,
            "BRANCH_GT" => TreeDecision.Greater,
            "BRANCH_EQ" => TreeDecision.Equal,
            "BRANCH_NEQ" => TreeDecision.NotEqual,
            _ => null,
        };
    }

    private sealed class Builder(Nodes nodes, IReadOnlyList<ColumnSteps> columns, Dictionary<int, List<(int Output, double Weight)>> weights, int outputs, double scale)
    {
        private readonly List<TreeNode> _decisions = [];
        private readonly List<TreeLeaf> _leaves = [];

        public TreeModel? Build(double[] bases)
        {
            var added = new Dictionary<int, int>();
            foreach (var root in nodes.Roots())
            {
                var open = new Stack<(int Place, (int Node, bool MustBe)[] Way)>([(root, [])]);
                while (open.TryPop(out var next))
                {
                    if (nodes.Decisions[next.Place] is not { } decision)
                    {
                        if (!Leaf(next.Place, next.Way))
                            return null;
                        continue;
                    }

                    // Each node is led to once, or the file has no trees.
                    var tree = nodes.TreeIds[next.Place];
                    if (!added.TryAdd(next.Place, _decisions.Count) || nodes.Features[next.Place] is < 0 || nodes.Features[next.Place] >= columns.Count)
                        return null;
                    if (nodes.Place(tree, nodes.True[next.Place]) is not { } whenTrue || nodes.Place(tree, nodes.False[next.Place]) is not { } whenFalse)
                        return null;
                    _decisions.Add(new((int)nodes.Features[next.Place], decision, nodes.Values[next.Place], nodes.MissingIsTrue[next.Place]));
                    open.Push((whenFalse, [.. next.Way, (_decisions.Count - 1, false)]));
                    open.Push((whenTrue, [.. next.Way, (_decisions.Count - 1, true)]));
                }
            }

            return added.Count == nodes.Decisions.Count(static decision => decision is not null) ? new TreeModel(columns, [.. _decisions], [.. _leaves], bases) : null;
        }

        private bool Leaf(int place, (int Node, bool MustBe)[] way)
        {
            var features = way.Select(step => columns[_decisions[step.Node].Column].Feature).Distinct().ToArray();
            if (features.Length > 64 || _leaves.Count >= MostLeaves)
                return false;
            var values = new double[outputs];
            foreach (var (output, weight) in weights.GetValueOrDefault(place) ?? [])
                values[output] += scale * weight;
            _leaves.Add(new(way, features, [.. way.Select(step => Array.IndexOf(features, columns[_decisions[step.Node].Column].Feature))], values));
            return true;
        }
    }
}
