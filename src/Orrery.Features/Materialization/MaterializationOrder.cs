namespace Orrery.Features;

/// <summary>What is to be brought online.</summary>
/// <param name="Views">Which views; checked to be online.</param>
/// <param name="Start">From when, inclusive; null to go on where each view's last run ended, or for all there is.</param>
/// <param name="End">Until when, inclusive; null for all there is.</param>
internal sealed record MaterializationOrder(IReadOnlyList<FeatureView> Views, DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>True to go on where each view's last run ended.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>True to give up a run of the view that is under way.</summary>
    public bool Force { get; init; }
}
