using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>
/// Paired bootstrap of the difference of two versions' average precision over the same rows. Rows are resampled with both of their scores: rows of the same class whose scores lie in
/// the same two bins are drawn together.
/// </summary>
internal sealed class PairedPrecision(BinaryRows own, int[] ownOrder, BinaryRows other, int[] otherOrder)
{
    public const string Metric = "average_precision";
    private const int MostBins = 512;

    /// <summary>Adds the differences of resamples, moved by what the bins shift.</summary>
    /// <param name="made">Where they go.</param>
    /// <param name="difference">Of the scores as they are.</param>
    /// <param name="draws">Where the resamples come from.</param>
    /// <param name="cancel">Ends it between resamples.</param>
    public void Resample(Replicates made, double difference, ResampleDraws draws, CancellationToken cancel)
    {
        var (left, leftBins) = Bins(ownOrder, own.Scores);
        var (right, rightBins) = Bins(otherOrder, other.Scores);
        var cells = Cells(left, right, rightBins);
        var (mine, theirs) = (new BinnedPrecision(leftBins), new BinnedPrecision(rightBins));
        var shift = difference - Drawn(cells, mine, theirs, rightBins, null);
        for (var resample = 0; resample < made.Resamples; resample++)
        {
            cancel.ThrowIfCancellationRequested();
            made.Add(Metric, Drawn(cells, mine, theirs, rightBins, draws) + shift);
        }
    }

    private static double Drawn(List<(int Key, ScoreSide Side)> cells, BinnedPrecision mine, BinnedPrecision theirs, int rightBins, ResampleDraws? draws)
    {
        mine.Clear();
        theirs.Clear();
        foreach (var (key, side) in cells)
        {
            var weight = draws is null ? side.Weight : side.Weight * draws.Poisson(side.Effective) / side.Effective;
            var isPositive = (key & 1) == 1;
            mine.Add((key >> 1) / rightBins, isPositive, weight);
            theirs.Add((key >> 1) % rightBins, isPositive, weight);
        }

        return mine.Value - theirs.Value;
    }

    private List<(int Key, ScoreSide Side)> Cells(int[] left, int[] right, int rightBins)
    {
        var cells = new Dictionary<int, ScoreSide>();
        for (var row = 0; row < left.Length; row++)
        {
            var key = (((left[row] * rightBins) + right[row]) << 1) | (own.Positive[row] ? 1 : 0);
            cells[key] = cells.GetValueOrDefault(key).With(own.Weight(row), 0, 0);
        }

        return [.. cells.Where(static one => one.Value.Effective > 0).OrderBy(static one => one.Key).Select(static one => (one.Key, one.Value))];
    }

    // Of about as many rows each; rows of one score are never parted.
    private static (int[] Bins, int Count) Bins(int[] order, double[] scores)
    {
        var (bins, bin, size, first) = (new int[order.Length], 0, (order.Length + MostBins - 1) / MostBins, 0);
        for (var place = 0; place < order.Length; place++)
        {
            if (place - first >= size && scores[order[place]] != scores[order[place - 1]])
                (bin, first) = (bin + 1, place);
            bins[order[place]] = bin;
        }

        return (bins, bin + 1);
    }
}
