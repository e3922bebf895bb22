namespace Orrery.Governance;

/// <summary>Weights of the rows of a classifier of several classes: by the true class (rows) and the predicted (columns). As scikit-learn averages them.</summary>
internal sealed class ClassCounts(int classes)
{
    private readonly double[] _cells = new double[classes * classes];
    private readonly double[] _truth = new double[classes];
    private readonly double[] _predicted = new double[classes];
    private double _all;
    private double _correct;
    private bool _isSummed;

    public int Classes => classes;

    public double this[int truth, int predicted]
    {
        get => _cells[(truth * classes) + predicted];
        set => (_cells[(truth * classes) + predicted], _isSummed) = (value, false);
    }

    public double All => Summed()._all;

    public double Truth(int one) => Summed()._truth[one];

    public double Predicted(int one) => Summed()._predicted[one];

    public double Accuracy => Correct / All;

    /// <summary>Mean of the recalls of the classes that are there.</summary>
    public double BalancedAccuracy => Present(Truth).Average(one => this[one, one] / Truth(one));

    /// <summary>One class against the rest.</summary>
    public BinaryCounts Against(int one)
    {
        var hit = this[one, one];
        return new(hit, Predicted(one) - hit, Truth(one) - hit, All - Predicted(one) - Truth(one) + hit);
    }

    /// <summary>Mean over the classes that are there or were predicted, each alike; a class without the divisor counts 0.</summary>
    public double Macro(Func<BinaryCounts, double> metric) => Present(one => Truth(one) + Predicted(one)).Average(one => OrZero(metric(Against(one))));

    /// <summary>Mean over the classes, each as often as it is there.</summary>
    public double Weighted(Func<BinaryCounts, double> metric) => Enumerable.Range(0, classes).Sum(one => Truth(one) * OrZero(metric(Against(one)))) / All;

    /// <summary>Matthews' correlation coefficient of several classes (Gorodkin 2004).</summary>
    public double Mcc
    {
        get
        {
            var (all, truth, predicted, both) = (All, 0.0, 0.0, 0.0);
            for (var one = 0; one < classes; one++)
            {
                truth += Truth(one) * Truth(one);
                predicted += Predicted(one) * Predicted(one);
                both += Truth(one) * Predicted(one);
            }

            return ((Correct * all) - both) / (Math.Sqrt((all * all) - predicted) * Math.Sqrt((all * all) - truth));
        }
    }

    /// <summary>Cohen's kappa.</summary>
    public double Kappa
    {
        get
        {
            var expected = Enumerable.Range(0, classes).Sum(one => Truth(one) * Predicted(one)) / (All * All);
            return (Accuracy - expected) / (1 - expected);
        }
    }

    private double Correct => Summed()._correct;

    // Once for all that is asked until a cell changes.
    private ClassCounts Summed()
    {
        if (_isSummed)
            return this;
        Array.Clear(_truth);
        Array.Clear(_predicted);
        (_all, _correct) = (0, 0);
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            var (truth, predicted, weight) = (cell / classes, cell % classes, _cells[cell]);
            _truth[truth] += weight;
            _predicted[predicted] += weight;
            _all += weight;
            _correct += truth == predicted ? weight : 0;
        }

        _isSummed = true;
        return this;
    }

    private IEnumerable<int> Present(Func<int, double> weight) => Enumerable.Range(0, classes).Where(one => weight(one) > 0);

    private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
}
