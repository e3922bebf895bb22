namespace Churn;

/// <summary>
/// Grows regression trees on one table, a level at a time, trying every threshold of every column. The columns are sorted
/// once; a level costs one pass over them however many nodes it has.
/// </summary>
internal sealed class TreeGrower
{
    private const int OutOfSample = -1;
    private readonly int _rows, _columns, _depth, _minLeafRows;
    private readonly double[][] _values;
    private readonly int[][] _order;

    public TreeGrower(Matrix inputs, int depth, int minLeafRows)
    {
        (_rows, _columns, _depth, _minLeafRows) = (inputs.Rows, inputs.Columns, depth, minLeafRows);
        _values = new double[_columns][];
        _order = new int[_columns][];
        for (var column = 0; column < _columns; column++)
        {
            _values[column] = [.. Enumerable.Range(0, _rows).Select(row => inputs.Row(row)[column])];
            _order[column] = [.. Enumerable.Range(0, _rows)];
            Array.Sort((double[])_values[column].Clone(), _order[column]);
        }
    }

    /// <summary>
    /// Fits a tree to the residuals by least squares and gives each leaf the Newton step of the log-loss,
    /// <c>sum residual / sum curvature</c> (Friedman 2001, algorithm 5), over the rows in the sample.
    /// </summary>
    public RegressionTree Grow(double[] residuals, double[] curvatures, bool[] inSample)
    {
        var nodeOf = new int[_rows];
        for (var row = 0; row < _rows; row++)
            nodeOf[row] = inSample[row] ? 0 : OutOfSample;

        var nodes = new List<TreeNode> { TreeNode.Leaf(0) };
        var firstOpen = 0;
        for (var level = 0; level < _depth && firstOpen < nodes.Count; level++)
        {
            var open = nodes.Count;
            foreach (var (node, split) in BestSplits(nodeOf, residuals, firstOpen, open))
            {
                nodes[node] = new(split.Feature, split.Threshold, nodes.Count, nodes.Count + 1, split.Gain, 0);
                nodes.AddRange([TreeNode.Leaf(0), TreeNode.Leaf(0)]);
            }

            Descend(nodeOf, nodes);
            firstOpen = open;
        }

        return new(WithValues(nodes, nodeOf, residuals, curvatures));
    }

    private IEnumerable<(int Node, Split Split)> BestSplits(int[] nodeOf, double[] residuals, int first, int end)
    {
        var count = end - first;
        var totals = new Sums[count];
        for (var row = 0; row < _rows; row++)
            if (nodeOf[row] >= first)
                totals[nodeOf[row] - first].Add(residuals[row]);

        var best = new Split[count];
        var left = new Sums[count];
        var last = new double[count];
        for (var column = 0; column < _columns; column++)
        {
            Array.Clear(left);
            var values = _values[column];
            foreach (var row in _order[column])
            {
                var node = nodeOf[row] - first;
                if (node < 0)
                    continue;
                var value = values[row];
                if (left[node].Rows > 0 && value > last[node])
                    Consider(ref best[node], column, last[node], value, left[node], totals[node]);
                left[node].Add(residuals[row]);
                last[node] = value;
            }
        }

        return Enumerable.Range(0, count).Where(node => best[node].Gain > 0).Select(node => (node + first, best[node]));
    }

    /// <summary>Keeps the cut between two neighbouring values if it lowers the squared error most so far; the first of equals stays.</summary>
    private void Consider(ref Split best, int column, double below, double above, Sums left, Sums total)
    {
        var right = total.Minus(left);
        if (left.Rows < _minLeafRows || right.Rows < _minLeafRows)
            return;
        var gain = left.Score + right.Score - total.Score;
        if (gain <= best.Gain + 1e-12)
            return;
        // Inputs are single-precision numbers and so must the threshold be, or a served model would cut elsewhere.
        var middle = (float)(below / 2 + above / 2);
        best = new(column, middle < above ? middle : (float)below, gain);
    }

    private void Descend(int[] nodeOf, List<TreeNode> nodes)
    {
        for (var row = 0; row < _rows; row++)
        {
            if (nodeOf[row] < 0 || nodes[nodeOf[row]] is not { IsLeaf: false } node)
                continue;
            nodeOf[row] = _values[node.Feature][row] <= node.Threshold ? node.Left : node.Right;
        }
    }

    private static TreeNode[] WithValues(List<TreeNode> nodes, int[] nodeOf, double[] residuals, double[] curvatures)
    {
        var residual = new double[nodes.Count];
        var curvature = new double[nodes.Count];
        for (var row = 0; row < nodeOf.Length; row++)
        {
            if (nodeOf[row] < 0)
                continue;
            residual[nodeOf[row]] += residuals[row];
            curvature[nodeOf[row]] += curvatures[row];
        }

        return [.. nodes.Select((node, i) => node.IsLeaf ? TreeNode.Leaf(Step(residual[i], curvature[i])) : node)];
    }

    private static double Step(double residual, double curvature) => curvature < 1e-150 ? 0 : residual / curvature;

    private readonly record struct Split(int Feature, float Threshold, double Gain);

    private record struct Sums(int Rows, double Sum)
    {
        public readonly double Score => Sum * Sum / Rows;

        public void Add(double residual)
        {
            Rows++;
            Sum += residual;
        }

        public readonly Sums Minus(Sums other) => new(Rows - other.Rows, Sum - other.Sum);
    }
}
