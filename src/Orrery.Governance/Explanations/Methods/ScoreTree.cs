namespace Orrery.Governance;

/// <summary>A regression tree of limited depth on what a model says: at each node the split that lowers the squared error most (CART, Breiman et al. 1984).</summary>
internal sealed class ScoreTree
{
    private readonly FeatureMatrix _rows;
    private readonly double[] _targets;
    private readonly bool[] _isText;
    private readonly int _leastLeaf;
    private readonly double _mean;

    // Targets less their mean, so that squares of large ones leave nothing out.
    private ScoreTree(FeatureMatrix rows, double[] targets, bool[] isText, int leastLeaf)
    {
        (_rows, _isText, _leastLeaf, _mean) = (rows, isText, leastLeaf, targets.Average());
        _targets = Array.ConvertAll(targets, target => target - _mean);
    }

    /// <summary>Grows a tree.</summary>
    /// <param name="rows">1 or more.</param>
    /// <param name="targets">One a row.</param>
    /// <param name="isText">Of each column whether it has codes of texts, which are split into two sets.</param>
    /// <param name="depth">Most splits on a way; 0 for the mean alone.</param>
    /// <param name="leastLeaf">Least rows of a leaf.</param>
    public static ScoreNode Grow(FeatureMatrix rows, double[] targets, bool[] isText, int depth, int leastLeaf) =>
        new ScoreTree(rows, targets, isText, leastLeaf).Grow([.. Enumerable.Range(0, rows.Rows)], depth);

    private ScoreNode Grow(int[] places, int depth)
    {
        var node = new ScoreNode(_mean + places.Average(place => _targets[place]), places.Length, null, null, null);
        if (depth == 0 || places.Length < 2 * _leastLeaf || Best(places) is not { } split)
            return node;
        var sides = places.ToLookup(place => split.GoesLeft(_rows[place, split.Column]));
        return node with { Split = split, Left = Grow([.. sides[true]], depth - 1), Right = Grow([.. sides[false]], depth - 1) };
    }

    private ScoreSplit? Best(int[] places)
    {
        var sum = places.Sum(place => _targets[place]);
        var whole = sum * sum / places.Length;
        var (best, most) = ((ScoreSplit?)null, whole + (1e-10 * places.Sum(place => _targets[place] * _targets[place])));
        for (var column = 0; column < _rows.Columns; column++)
        {
            if (Best(places, column) is { } found && found.Gain > most)
                (best, most) = (found.Split, found.Gain);
        }

        return best;
    }

    // What is maximal where the squared error is minimal: the sides' squared sums by their rows. Missing values go where that is greater.
    private (ScoreSplit Split, double Gain)? Best(int[] places, int column)
    {
        var groups = Groups(places, column);
        var missing = places.Where(place => double.IsNaN(_rows[place, column])).ToList();
        var (missingSum, sum, count) = (missing.Sum(place => _targets[place]), places.Sum(place => _targets[place]), places.Length);
        (ScoreSplit Split, double Gain)? best = null;
        var (leftSum, left) = (0.0, 0);
        for (var group = 0; group < groups.Count; group++)
        {
            (leftSum, left) = (leftSum + groups[group].Sum, left + groups[group].Count);
            var isLast = group + 1 == groups.Count;
            foreach (var isLeft in missing.Count > 0 && !isLast ? new[] { true, false } : [false])
            {
                var (ownSum, own) = isLeft ? (leftSum + missingSum, left + missing.Count) : (leftSum, left);
                if (own < _leastLeaf || count - own < _leastLeaf)
                    continue;
                var gain = (ownSum * ownSum / own) + ((sum - ownSum) * (sum - ownSum) / (count - own));
                if (best is null || gain > best.Value.Gain)
                    best = (new(column, isLast ? double.PositiveInfinity : Between(groups[group].Value, groups[group + 1].Value), _isText[column] ? [.. groups.Take(group + 1).Select(static one => one.Value)] : null, isLeft, missing.Count > 0), gain);
            }
        }

        return best;
    }

    // In order: of numbers by their value, of texts by the mean, for which the best set is among those that begin the order (Fisher 1958).
    private List<(double Value, double Sum, int Count)> Groups(int[] places, int column)
    {
        int[] present = [.. places.Where(place => !double.IsNaN(_rows[place, column]))];
        double[] values = [.. present.Select(place => _rows[place, column])];
        Array.Sort(values, present);
        var groups = new List<(double Value, double Sum, int Count)>();
        for (var place = 0; place < present.Length; place++)
        {
            if (groups.Count > 0 && groups[^1].Value == values[place])
                groups[^1] = (values[place], groups[^1].Sum + _targets[present[place]], groups[^1].Count + 1);
            else
                groups.Add((values[place], _targets[present[place]], 1));
        }

        return _isText[column] ? [.. groups.OrderBy(static one => one.Sum / one.Count).ThenBy(static one => one.Value)] : groups;
    }

    private static double Between(double one, double next)
    {
        var middle = one + ((next - one) / 2);
        return middle < next ? middle : one;
    }
}

/// <summary>A node of a tree on a model's answers.</summary>
/// <param name="Mean">Of the answers of its rows.</param>
/// <param name="Rows">How many.</param>
/// <param name="Split">Null for a leaf.</param>
/// <param name="Left">Where the split is true.</param>
/// <param name="Right">Where it is not.</param>
internal sealed record ScoreNode(double Mean, int Rows, ScoreSplit? Split, ScoreNode? Left, ScoreNode? Right)
{
    /// <summary>What the tree says of a row.</summary>
    public double Predict(ReadOnlySpan<double> row)
    {
        var node = this;
        while (node.Split is { } split)
            node = split.GoesLeft(row[split.Column]) ? node.Left! : node.Right!;
        return node.Mean;
    }
}

/// <summary>How a node parts rows.</summary>
/// <param name="Column">By which column.</param>
/// <param name="Threshold">Numbers up to it go left; infinity where missing values alone go right.</param>
/// <param name="Texts">Codes that go left; null for numbers.</param>
/// <param name="MissingIsLeft">Whether missing values go left.</param>
/// <param name="HadMissing">Whether there were any.</param>
internal sealed record ScoreSplit(int Column, double Threshold, HashSet<double>? Texts, bool MissingIsLeft, bool HadMissing)
{
    public bool GoesLeft(double value) => double.IsNaN(value) ? MissingIsLeft : Texts?.Contains(value) ?? value <= Threshold;
}
