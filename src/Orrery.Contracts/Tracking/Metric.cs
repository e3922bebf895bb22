namespace Orrery.Contracts;

/// <summary>One point of a metric. Points are appended; an identical point is stored once.</summary>
/// <param name="Key">Name of the metric, up to 250 characters.</param>
/// <param name="Value">Any double, not-a-number and infinities included.</param>
/// <param name="Timestamp">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Step">Position in the training; may be negative.</param>
public sealed record Metric(string Key, double Value, long Timestamp, long Step = 0)
{
    /// <summary>Name of the data set that the value was measured on.</summary>
    public string? DatasetName { get; init; }

    /// <summary>Digest of the data set that the value was measured on.</summary>
    public string? DatasetDigest { get; init; }

    /// <summary>The logged model that the value describes.</summary>
    public string? ModelId { get; init; }

    /// <summary>The run that logged the value; given where metrics of several runs stand together.</summary>
    public string? RunId { get; init; }
}
