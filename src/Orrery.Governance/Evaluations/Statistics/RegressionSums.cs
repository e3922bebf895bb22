namespace Orrery.Governance;

/// <summary>Sums of a regression's rows, from which its errors follow.</summary>
internal struct RegressionSums
{
    // Targets are taken from here, so that their squares keep their digits.
    private readonly double _center;
    private double _weight;
    private double _error;
    private double _absolute;
    private double _square;
    private double _relative;
    private double _target;
    private double _targetSquare;

    public RegressionSums(double center) => _center = center;

    public readonly double Weight => _weight;

    /// <summary>Mean of prediction minus target.</summary>
    public readonly double MeanError => _error / _weight;

    public readonly double Mae => _absolute / _weight;

    public readonly double Mse => _square / _weight;

    public readonly double Rmse => Math.Sqrt(Mse);

    /// <summary>Mean absolute error relative to the target, a fraction.</summary>
    public readonly double Mape => _relative / _weight;

    /// <summary>Coefficient of determination; NaN when the targets are all the same.</summary>
    public readonly double R2 => 1 - (_square / TargetSpread);

    public readonly double ExplainedVariance => 1 - ((_square - (_error * _error / _weight)) / TargetSpread);

    private readonly double TargetSpread
    {
        get
        {
            var spread = _targetSquare - (_target * _target / _weight);
            return spread > 1e-12 * _targetSquare ? spread : double.NaN;
        }
    }

    /// <summary>Adds what other rows come to, so many times; of the same center.</summary>
    public void Add(in RegressionSums other, double times)
    {
        _weight += times * other._weight;
        _error += times * other._error;
        _absolute += times * other._absolute;
        _square += times * other._square;
        _relative += times * other._relative;
        _target += times * other._target;
        _targetSquare += times * other._targetSquare;
    }

    public void Add(double target, double prediction, double weight)
    {
        var error = prediction - target;
        var centered = target - _center;
        _weight += weight;
        _error += weight * error;
        _absolute += weight * Math.Abs(error);
        _square += weight * error * error;
        _relative += weight * Math.Abs(error) / Math.Max(Math.Abs(target), ProbabilityLosses.Epsilon);
        _target += weight * centered;
        _targetSquare += weight * centered * centered;
    }
}
