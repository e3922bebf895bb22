namespace Orrery.Tracking;

/// <summary>One condition of a filter. Its parts fit each other: the grammar allows the key, the comparator and the value.</summary>
/// <param name="Entity">What is compared.</param>
/// <param name="Key">Key of the metric, parameter or tag, or canonical name of the attribute (<c>start_time</c> for <c>Created</c>).</param>
/// <param name="Op">How.</param>
/// <param name="Value">
/// With: <see cref="SearchValue.Texts"/> exactly for <see cref="Comparator.In"/> and <see cref="Comparator.NotIn"/>,
/// <see cref="SearchValue.Number"/> for metrics, <see cref="SearchValue.Whole"/> (rarely <see cref="SearchValue.Number"/>)
/// for integer attributes, <see cref="SearchValue.Text"/> for all else.
/// </param>
public sealed record Comparison(EntityKind Entity, string Key, Comparator Op, SearchValue Value)
{
    /// <summary>The comparison as a filter writes it.</summary>
    public override string ToString() => $"{SearchNames.Qualified(Entity, Key)} {Op.Symbol()} {Value}";
}
