namespace Orrery.Statistics;

/// <summary>The acceleration of a bootstrap: skewness of what a statistic becomes when each observation is left out once, of one sample or several.</summary>
public sealed class JackknifeSums
{
    private double _cubes;
    private double _squares;

    /// <summary>Adds a sample, each of whose observations was left out once.</summary>
    /// <param name="values">The statistic without each of them, or without one of several that are alike.</param>
    /// <param name="times">How many observations are alike; empty for 1 each.</param>
    public void Add(ReadOnlySpan<double> values, ReadOnlySpan<double> times = default)
    {
        double count = 0, sum = 0;
        for (var index = 0; index < values.Length; index++)
        {
            var many = times.IsEmpty ? 1 : times[index];
            if (many <= 0)
                continue;
            count += many;
            sum += many * values[index];
        }

        if (count <= 1)
            return;
        var mean = sum / count;
        for (var index = 0; index < values.Length; index++)
        {
            var many = times.IsEmpty ? 1 : times[index];
            if (many <= 0)
                continue;
            var influence = (count - 1) / count * (mean - values[index]);
            _squares += many * influence * influence;
            _cubes += many * influence * influence * influence;
        }
    }

    /// <summary>0 when leaving one out changes nothing; NaN when a value is.</summary>
    public double Acceleration => _squares == 0 ? 0 : _cubes / (6 * Math.Pow(_squares, 1.5));
}
