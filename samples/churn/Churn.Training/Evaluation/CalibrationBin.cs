namespace Churn;

/// <summary>Rows whose probability falls into one of equally wide bins: how many, what was predicted and what happened on average.</summary>
internal sealed record CalibrationBin(int Rows, double MeanPredicted, double ObservedRate)
{
    /// <summary>The bins that hold rows, from low to high. A probability of 1 belongs to the last; edges belong to the bin above.</summary>
    public static IReadOnlyList<CalibrationBin> Of(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int bins)
    {
        var rows = new int[bins];
        var predicted = new double[bins];
        var observed = new int[bins];
        for (var row = 0; row < labels.Length; row++)
        {
            var bin = Math.Min((int)(probabilities[row] * bins), bins - 1);
            rows[bin]++;
            predicted[bin] += probabilities[row];
            observed[bin] += labels[row];
        }

        return
        [
            .. Enumerable.Range(0, bins).Where(bin => rows[bin] > 0)
                .Select(bin => new CalibrationBin(rows[bin], predicted[bin] / rows[bin], (double)observed[bin] / rows[bin])),
        ];
    }

    /// <summary>The mean distance between predicted and observed, weighted by rows (expected calibration error).</summary>
    public static double ExpectedError(IReadOnlyList<CalibrationBin> bins) =>
        bins.Sum(bin => bin.Rows * Math.Abs(bin.MeanPredicted - bin.ObservedRate)) / bins.Sum(bin => bin.Rows);
}
