namespace Orrery.Governance;

/// <summary>What a binary classifier's cells come to, for weights of positives and negatives of each cell as they are or as they were drawn.</summary>
/// <param name="Counts">At the threshold.</param>
/// <param name="Auc">Area under the ROC curve; ties count half.</param>
/// <param name="AveragePrecision">Area under the precision-recall curve, step by step.</param>
/// <param name="LogLoss">Mean.</param>
/// <param name="Brier">Mean squared error.</param>
internal readonly record struct ScoreTotals(BinaryCounts Counts, double Auc, double AveragePrecision, double LogLoss, double Brier)
{
    /// <summary>Sums up.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="up">Factor for the positives of each cell.</param>
    /// <param name="down">Factor for the negatives of each cell.</param>
    /// <param name="threshold">Scores from here on are predicted positive.</param>
    public static ScoreTotals Of(ScoreCells cells, ReadOnlySpan<double> up, ReadOnlySpan<double> down, double threshold)
    {
        // From the highest score down, as recall grows.
        double tp = 0, fp = 0, above = 0, below = 0, area = 0, log = 0, square = 0, step = 0;
        for (var cell = cells.Count - 1; cell >= 0; cell--)
        {
            var (positive, negative) = (cells.Positives[cell].Weight * up[cell], cells.Negatives[cell].Weight * down[cell]);
            area += negative * (tp + (positive / 2));
            tp += positive;
            fp += negative;
            if (positive > 0)
                step += positive * tp / (tp + fp);
            if (cells.Scores[cell] >= threshold)
                (above, below) = (tp, fp);
            log += (cells.Positives[cell].Log * up[cell]) + (cells.Negatives[cell].Log * down[cell]);
            square += (cells.Positives[cell].Square * up[cell]) + (cells.Negatives[cell].Square * down[cell]);
        }

        return new(new(above, below, tp - above, fp - below), area / (tp * fp), step / tp, log / (tp + fp), square / (tp + fp));
    }

    /// <summary>Sums up rows, each score by itself.</summary>
    /// <param name="order">Rows, by ascending score.</param>
    /// <param name="scores">Of all rows.</param>
    /// <param name="positive">Of all rows.</param>
    /// <param name="weights">Of all rows; null for 1 each.</param>
    /// <param name="threshold">Scores from here on are predicted positive.</param>
    public static ScoreTotals Of(ReadOnlySpan<int> order, double[] scores, bool[] positive, double[]? weights, double threshold)
    {
        double tp = 0, fp = 0, above = 0, below = 0, area = 0, log = 0, square = 0, step = 0;
        for (var end = order.Length - 1; end >= 0;)
        {
            var score = scores[order[end]];
            double up = 0, down = 0;
            for (; end >= 0 && scores[order[end]] == score; end--)
            {
                var weight = weights is null ? 1 : weights[order[end]];
                if (positive[order[end]])
                    up += weight;
                else
                    down += weight;
            }

            area += down * (tp + (up / 2));
            (tp, fp) = (tp + up, fp + down);
            if (up > 0)
            {
                step += up * tp / (tp + fp);
                log += up * ProbabilityLosses.Log(score, isPositive: true);
            }

            if (down > 0)
                log += down * ProbabilityLosses.Log(score, isPositive: false);
            square += (up * ProbabilityLosses.Square(score, isPositive: true)) + (down * ProbabilityLosses.Square(score, isPositive: false));
            if (score >= threshold)
                (above, below) = (tp, fp);
        }

        return new(new(above, below, tp - above, fp - below), area / (tp * fp), step / tp, log / (tp + fp), square / (tp + fp));
    }
}
