namespace Orrery.Tracking;

/// <summary>One term of an ordering. Missing values come last both ways, NaN just before them.</summary>
/// <param name="Entity">What is ordered by.</param>
/// <param name="Key">Key of the metric, parameter or tag, or the canonical name of the attribute.</param>
/// <param name="Ascending">Smallest first.</param>
public sealed record OrderBy(EntityKind Entity, string Key, bool Ascending)
{
    /// <summary>Logged models only: the metric counts only as measured on this data set. Null: on any.</summary>
    public DatasetScope? Dataset { get; init; }

    /// <summary>The term as an order_by writes it.</summary>
    public override string ToString() => $"{SearchNames.Qualified(Entity, Key)} {(Ascending ? "ASC" : "DESC")}";
}
