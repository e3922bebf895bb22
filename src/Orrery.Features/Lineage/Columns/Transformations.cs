namespace Orrery.Features;

/// <summary>What a query does to a column, in the terms of OpenLineage's facet <c>columnLineage</c>.</summary>
[Flags]
internal enum Transformations
{
    None = 0,
    Identity = 1,
    Transformation = 2,
    Aggregation = 4,
    Filter = 8,
    Join = 16,
    GroupBy = 32,
    Sort = 64,
    Window = 128,
    Conditional = 256,

    /// <summary>Values of the column are in the values that come out.</summary>
    Direct = Identity | Transformation | Aggregation,
}
