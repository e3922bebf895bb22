namespace Orrery.Governance;

/// <summary>Rows of a binary classifier by their score, ascending: rows of one score, or of neighbouring ones, are a cell.</summary>
internal sealed class ScoreCells
{
    private ScoreCells(int capacity) => (Scores, Positives, Negatives) = (new(capacity), new(capacity), new(capacity));

    /// <summary>The score of each cell; the lowest of its scores.</summary>
    public List<double> Scores { get; }

    /// <summary>Of each cell.</summary>
    public List<ScoreSide> Positives { get; }

    /// <summary>Of each cell.</summary>
    public List<ScoreSide> Negatives { get; }

    public int Count => Scores.Count;

    /// <summary>False when a cell may hold several scores, so that what depends on their order is nearly right only.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Makes them of rows.</summary>
    /// <param name="order">Rows, by ascending score.</param>
    /// <param name="scores">Of all rows.</param>
    /// <param name="positive">Of all rows.</param>
    /// <param name="weights">Of all rows; null for 1 each.</param>
    /// <param name="most">Cells, about; more scores than that share cells of about as many rows each.</param>
    /// <param name="cut">A score that begins a cell in any case.</param>
    public static ScoreCells Of(ReadOnlySpan<int> order, double[] scores, bool[] positive, double[]? weights, int most, double cut)
    {
        var distinct = 0;
        for (var place = 0; place < order.Length && distinct <= most; place++)
            distinct += place == 0 || scores[order[place]] != scores[order[place - 1]] ? 1 : 0;
        var size = distinct > most ? Math.Max(1, order.Length / most) : 1;
        var cells = new ScoreCells(Math.Min(order.Length, most) + 2) { IsExact = distinct <= most };
        for (var first = 0; first < order.Length;)
        {
            var end = End(order, scores, first, size, cut);
            cells.Add(order[first..end], scores, positive, weights);
            first = end;
        }

        return cells;
    }

    private static int End(ReadOnlySpan<int> order, double[] scores, int first, int size, double cut)
    {
        var begins = scores[order[first]];
        var end = first + 1;
        while (end < order.Length && scores[order[end]] is var score && (score == scores[order[end - 1]] || (end - first < size && !(begins < cut && score >= cut))))
            end++;
        return end;
    }

    private void Add(ReadOnlySpan<int> rows, double[] scores, bool[] positive, double[]? weights)
    {
        var (up, down) = (new ScoreSide(), new ScoreSide());
        foreach (var row in rows)
        {
            var weight = weights is null ? 1 : weights[row];
            if (positive[row])
                up = up.With(weight, ProbabilityLosses.Log(scores[row], isPositive: true), ProbabilityLosses.Square(scores[row], isPositive: true));
            else
                down = down.With(weight, ProbabilityLosses.Log(scores[row], isPositive: false), ProbabilityLosses.Square(scores[row], isPositive: false));
        }

        Scores.Add(scores[rows[0]]);
        Positives.Add(up);
        Negatives.Add(down);
    }
}
