namespace Orrery.Governance;

/// <summary>Weights of the rows of a binary classifier by what they are and what was predicted. What divides by zero is NaN: undefined, and not 0.</summary>
/// <param name="Tp">Positives predicted positive.</param>
/// <param name="Fp">Negatives predicted positive.</param>
/// <param name="Fn">Positives predicted negative.</param>
/// <param name="Tn">Negatives predicted negative.</param>
internal readonly record struct BinaryCounts(double Tp, double Fp, double Fn, double Tn)
{
    public double All => Tp + Fp + Fn + Tn;

    public double Positives => Tp + Fn;

    public double Negatives => Fp + Tn;

    public double Accuracy => (Tp + Tn) / All;

    public double Precision => Tp / (Tp + Fp);

    public double Recall => Tp / Positives;

    public double Specificity => Tn / Negatives;

    public double FalsePositiveRate => Fp / Negatives;

    public double FalseNegativeRate => Fn / Positives;

    public double SelectionRate => (Tp + Fp) / All;

    public double BalancedAccuracy => (Recall + Specificity) / 2;

    public double F1 => 2 * Tp / ((2 * Tp) + Fp + Fn);

    /// <summary>Matthews' correlation coefficient.</summary>
    public double Mcc => ((Tp * Tn) - (Fp * Fn)) / Math.Sqrt((Tp + Fp) * Positives * Negatives * (Tn + Fn));

    /// <summary>Cohen's kappa.</summary>
    public double Kappa
    {
        get
        {
            var expected = (((Tp + Fp) * Positives) + ((Fn + Tn) * Negatives)) / (All * All);
            return (Accuracy - expected) / (1 - expected);
        }
    }

    public static BinaryCounts operator +(BinaryCounts left, BinaryCounts right) => new(left.Tp + right.Tp, left.Fp + right.Fp, left.Fn + right.Fn, left.Tn + right.Tn);
}
