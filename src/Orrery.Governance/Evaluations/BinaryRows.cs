namespace Orrery.Governance;

/// <summary>Rows of a binary classifier, one version's.</summary>
/// <param name="scores">Probabilities of the positive class; 0 and 1 where the model gives labels alone.</param>
/// <param name="positive">The truth.</param>
/// <param name="weights">Null for 1 each.</param>
/// <param name="threshold">Scores from here on are predicted positive.</param>
/// <param name="hasScores">False where the model gives labels alone.</param>
internal sealed class BinaryRows(double[] scores, bool[] positive, double[]? weights, double threshold, bool hasScores)
{
    public double[] Scores => scores;

    public bool[] Positive => positive;

    public double[]? Weights => weights;

    public double Threshold => threshold;

    public bool HasScores => hasScores;

    public bool IsPredicted(int row) => scores[row] >= threshold;

    public double Weight(int row) => weights is null ? 1 : weights[row];

    /// <summary>All rows by ascending score; of equal scores in their order.</summary>
    public int[] Order()
    {
        var order = new int[scores.Length];
        for (var row = 0; row < order.Length; row++)
            order[row] = row;
        Array.Sort((double[])scores.Clone(), order);
        // The sort is not stable, and results must not hang on it.
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && scores[order[end]] == scores[order[first]])
                end++;
            if (end - first > 1)
                Array.Sort(order, first, end - first);
            first = end;
        }

        return order;
    }
}
