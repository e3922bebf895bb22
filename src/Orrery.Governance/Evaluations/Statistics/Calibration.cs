namespace Orrery.Governance;

/// <summary>Calibration of probabilities in bins of equal width, each with its upper edge, as scikit-learn's calibration curve.</summary>
internal sealed class Calibration
{
    public const int Bins = 10;

    private readonly double[] _weights = new double[Bins];
    private readonly double[] _probabilities = new double[Bins];
    private readonly double[] _positives = new double[Bins];

    public void Add(double probability, bool isPositive, double weight)
    {
        var bin = Math.Clamp((int)Math.Ceiling(probability * Bins) - 1, 0, Bins - 1);
        // Edges such as 0.3 are a little off in binary; compare with them as they are.
        if (bin > 0 && probability <= (double)bin / Bins)
            bin--;
        _weights[bin] += weight;
        _probabilities[bin] += weight * probability;
        _positives[bin] += isPositive ? weight : 0;
    }

    /// <summary>Expected calibration error.</summary>
    public double Expected => Enumerable.Range(0, Bins).Sum(bin => Math.Abs(_positives[bin] - _probabilities[bin])) / _weights.Sum();

    /// <summary>Maximum calibration error, over bins with rows.</summary>
    public double Maximum => Curve.Select(static bin => Math.Abs(bin.Predicted - bin.Observed)).DefaultIfEmpty(double.NaN).Max();

    /// <summary>The bins with rows: mean probability, share of positives, weight.</summary>
    public IEnumerable<(double Predicted, double Observed, double Weight)> Curve =>
        Enumerable.Range(0, Bins).Where(bin => _weights[bin] > 0).Select(bin => (_probabilities[bin] / _weights[bin], _positives[bin] / _weights[bin], _weights[bin]));
}
