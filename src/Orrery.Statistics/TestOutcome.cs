namespace Orrery.Statistics;

/// <summary>What a test says.</summary>
/// <param name="Test">Its name.</param>
/// <param name="Statistic">Its statistic.</param>
/// <param name="PValue">Two-sided; NaN when it says nothing.</param>
public readonly record struct TestOutcome(string Test, double Statistic, double PValue)
{
    /// <summary>Degrees of freedom; of an F statistic those below the line; null where it has none.</summary>
    public double? Degrees { get; init; }

    /// <summary>Degrees of freedom above the line of an F statistic; null otherwise.</summary>
    public double? DegreesAbove { get; init; }
}
