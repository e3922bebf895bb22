namespace Orrery.Governance;

/// <summary>Average precision of weights by bins of scores, ascending.</summary>
internal sealed class BinnedPrecision(int bins)
{
    private readonly double[] _up = new double[bins];
    private readonly double[] _down = new double[bins];

    public void Clear()
    {
        Array.Clear(_up);
        Array.Clear(_down);
    }

    public void Add(int bin, bool isPositive, double weight)
    {
        if (isPositive)
            _up[bin] += weight;
        else
            _down[bin] += weight;
    }

    /// <summary>NaN without positives.</summary>
    public double Value
    {
        get
        {
            double tp = 0, fp = 0, steps = 0;
            for (var bin = bins - 1; bin >= 0; bin--)
            {
                (tp, fp) = (tp + _up[bin], fp + _down[bin]);
                steps += _up[bin] > 0 ? _up[bin] * tp / (tp + fp) : 0;
            }

            return steps / tp;
        }
    }
}
