namespace Orrery.Tracking;

/// <summary>A parsed filter: all of the comparisons must hold. None at all matches everything.</summary>
/// <param name="All">In the order written; the same one may stand twice.</param>
public sealed record SearchFilter(IReadOnlyList<Comparison> All)
{
    /// <summary>Matches everything.</summary>
    public static readonly SearchFilter None = new([]);

    /// <summary>Same comparisons in the same order.</summary>
    public bool Equals(SearchFilter? other) => other is not null && All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Aggregate(All.Count, HashCode.Combine);

    /// <summary>The filter as text that parses to an equal one.</summary>
    public override string ToString() => string.Join(" AND ", All);
}
