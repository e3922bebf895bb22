using Orrery.Contracts;
using Orrery.Statistics;

namespace Orrery.Governance;

/// <summary>Curves of a binary classifier and of errors, thinned to what a plot shows.</summary>
internal static class EvaluationCurves
{
    private const int Points = 200;
    private const int Steps = 100;
    private const int Parts = 20;

    /// <summary>ROC, precision-recall, thresholds, lift and calibration.</summary>
    /// <param name="rows">One version's.</param>
    /// <param name="order">All rows by ascending score.</param>
    public static IEnumerable<EvaluationCurve> Of(BinaryRows rows, int[] order)
    {
        if (!rows.HasScores)
            yield break;
        var totals = Running(rows, order);
        var (positives, negatives) = (totals[^1].Up, totals[^1].Down);
        if (positives == 0 || negatives == 0)
            yield break;
        var thin = Thin(totals);
        yield return Curve("roc", ["false_positive_rate", "true_positive_rate", "threshold"], [[0, 0, 1], .. thin.Select(one => new[] { one.Down / negatives, one.Up / positives, one.Score })]);
        yield return Curve("precision_recall", ["recall", "precision", "threshold"], thin.Select(one => new[] { one.Up / positives, one.Up / (one.Up + one.Down), one.Score }));
        yield return Curve("threshold", ["threshold", "precision", "recall", "f1", "selection_rate"], Thresholds(totals, positives, negatives));
        yield return Curve("lift", ["share", "gain", "lift"], Lift(totals, positives, negatives));
        var calibration = new Calibration();
        foreach (var row in order)
            calibration.Add(rows.Scores[row], rows.Positive[row], rows.Weight(row));
        yield return Curve("calibration", ["predicted", "observed", "weight"], calibration.Curve.Select(static bin => new[] { bin.Predicted, bin.Observed, bin.Weight }));
    }

    /// <summary>Quantiles of prediction less target.</summary>
    public static EvaluationCurve ErrorQuantiles(RegressionRows data)
    {
        var errors = data.Target.Zip(data.Predicted, static (target, predicted) => predicted - target).Order().ToArray();
        return Curve("error_quantiles", ["share", "error"], new[] { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1 }.Select(share => new[] { share, Replicates.Quantile(errors, share) }));
    }

    // From the highest score down: weights of positives and negatives up to each score.
    private static List<(double Score, double Up, double Down)> Running(BinaryRows rows, int[] order)
    {
        var totals = new List<(double, double, double)>();
        var (up, down) = (0.0, 0.0);
        for (var place = order.Length - 1; place >= 0; place--)
        {
            var row = order[place];
            if (rows.Positive[row])
                up += rows.Weight(row);
            else
                down += rows.Weight(row);
            if (place == 0 || rows.Scores[order[place - 1]] != rows.Scores[row])
                totals.Add((rows.Scores[row], up, down));
        }

        return totals;
    }

    private static IEnumerable<(double Score, double Up, double Down)> Thin(List<(double Score, double Up, double Down)> totals)
    {
        var step = Math.Max(1, totals.Count / Points);
        for (var place = 0; place < totals.Count; place++)
        {
            if (place % step == 0 || place == totals.Count - 1)
                yield return totals[place];
        }
    }

    private static IEnumerable<double[]> Thresholds(List<(double Score, double Up, double Down)> totals, double positives, double negatives)
    {
        var place = totals.Count - 1;
        for (var step = 0; step <= Steps; step++)
        {
            var threshold = (double)step / Steps;
            while (place >= 0 && totals[place].Score < threshold)
                place--;
            var (up, down) = place < 0 ? (0, 0) : (totals[place].Up, totals[place].Down);
            // Without a predicted positive there is no precision; the curve ends there.
            if (up + down == 0)
                yield break;
            yield return [threshold, up / (up + down), up / positives, 2 * up / (up + down + positives), (up + down) / (positives + negatives)];
        }
    }

    private static IEnumerable<double[]> Lift(List<(double Score, double Up, double Down)> totals, double positives, double negatives)
    {
        var (place, before) = (0, (Up: 0.0, Down: 0.0));
        for (var part = 1; part <= Parts; part++)
        {
            var wanted = (positives + negatives) * part / Parts;
            while (place < totals.Count - 1 && totals[place].Up + totals[place].Down < wanted)
                before = (totals[place].Up, totals[place++].Down);
            // Within rows of one score positives are spread evenly.
            var size = totals[place].Up + totals[place].Down - before.Up - before.Down;
            var share = Math.Clamp((wanted - before.Up - before.Down) / size, 0, 1);
            var gain = (before.Up + (share * (totals[place].Up - before.Up))) / positives;
            yield return [(double)part / Parts, gain, gain * Parts / part];
        }
    }

    private static EvaluationCurve Curve(string name, string[] columns, IEnumerable<double[]> points) => new() { Name = name, Columns = columns, Points = [.. points] };
}
