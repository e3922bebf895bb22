namespace Orrery.Tracking;

/// <summary>One measured value.</summary>
/// <param name="At">Unix milliseconds, as the client says.</param>
/// <param name="Step">Step of training; may be negative.</param>
/// <param name="Value">NaN and infinities are kept.</param>
public readonly record struct MetricPoint(long At, long Step, double Value) : IComparable<MetricPoint>
{
    /// <summary>History order: time, step, value; NaN after all numbers.</summary>
    public int CompareTo(MetricPoint other)
    {
        var order = At.CompareTo(other.At);
        if (order == 0)
            order = Step.CompareTo(other.Step);
        return order != 0 ? order : CompareValues(Value, other.Value);
    }

    /// <summary>True when this point is the metric's latest rather than <paramref name="other"/>: greater (step, time, value).</summary>
    public bool IsLaterThan(MetricPoint other)
    {
        var order = Step.CompareTo(other.Step);
        if (order == 0)
            order = At.CompareTo(other.At);
        return (order != 0 ? order : CompareValues(Value, other.Value)) > 0;
    }

    /// <summary>Earlier in history order.</summary>
    public static bool operator <(MetricPoint left, MetricPoint right) => left.CompareTo(right) < 0;

    /// <summary>Later in history order.</summary>
    public static bool operator >(MetricPoint left, MetricPoint right) => left.CompareTo(right) > 0;

    /// <summary>Not later in history order.</summary>
    public static bool operator <=(MetricPoint left, MetricPoint right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier in history order.</summary>
    public static bool operator >=(MetricPoint left, MetricPoint right) => left.CompareTo(right) >= 0;

    private static int CompareValues(double left, double right) => (double.IsNaN(left), double.IsNaN(right)) switch
    {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => -1,
        _ => left.CompareTo(right),
    };
}

/// <summary>A metric as it is logged.</summary>
/// <param name="Key">Up to 250 characters.</param>
/// <param name="Point">Its value, time and step.</param>
public readonly record struct LoggedMetric(string Key, MetricPoint Point)
{
    /// <summary>The logged model it measures; null for none.</summary>
    public string? ModelId { get; init; }

    /// <summary>The data set it was measured on; null for none.</summary>
    public string? DatasetName { get; init; }

    /// <summary>That data set's digest; null for none.</summary>
    public string? DatasetDigest { get; init; }
}
