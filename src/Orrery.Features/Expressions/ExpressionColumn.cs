namespace Orrery.Features;

/// <summary>A column that an expression may name.</summary>
/// <param name="Name">As expressions write it.</param>
/// <param name="Type">What its values are.</param>
internal sealed record ExpressionColumn(string Name, FeatureType Type);
