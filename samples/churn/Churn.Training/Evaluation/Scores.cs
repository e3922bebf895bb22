namespace Churn;

/// <summary>How well probabilities foretell labels. Precision, recall, F1 and accuracy call a customer a leaver above 0.5.</summary>
internal sealed record Scores(
    double Auc, double LogLoss, double Brier, double Accuracy, double Precision, double Recall, double F1, double CalibrationError)
{
    private const double Threshold = 0.5;

    /// <summary>Computes all of them; labels are 0 or 1 and both occur.</summary>
    public static Scores Of(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities)
    {
        int hits = 0, falseAlarms = 0, misses = 0, rest = 0;
        double logLoss = 0, brier = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            var (label, probability) = (labels[row], probabilities[row]);
            logLoss -= Math.Log(Math.Max(label == 1 ? probability : 1 - probability, double.Epsilon));
            brier += (probability - label) * (probability - label);
            _ = (probability > Threshold, label == 1) switch
            {
                (true, true) => hits++,
                (true, false) => falseAlarms++,
                (false, true) => misses++,
                (false, false) => rest++,
            };
        }

        return new(
            Roc.Auc(labels, probabilities),
            logLoss / labels.Length,
            brier / labels.Length,
            Accuracy: (double)(hits + rest) / labels.Length,
            Precision: Ratio(hits, hits + falseAlarms),
            Recall: Ratio(hits, hits + misses),
            F1: Ratio(2 * hits, 2 * hits + falseAlarms + misses),
            CalibrationBin.ExpectedError(CalibrationBin.Of(labels, probabilities, bins: 10)));
    }

    /// <summary>The scores by metric name, each with the prefix (<c>valid_auc</c>).</summary>
    public IEnumerable<KeyValuePair<string, double>> Named(string prefix) =>
    [
        new($"{prefix}auc", Auc),
        new($"{prefix}log_loss", LogLoss),
        new($"{prefix}brier", Brier),
        new($"{prefix}accuracy", Accuracy),
        new($"{prefix}precision", Precision),
        new($"{prefix}recall", Recall),
        new($"{prefix}f1", F1),
        new($"{prefix}calibration_error", CalibrationError),
    ];

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
