namespace Orrery.Lineage;

/// <summary>One thing came of another.</summary>
/// <param name="From">What was there.</param>
/// <param name="To">What came of it.</param>
/// <param name="At">Since when it is true, Unix milliseconds: the time of the fact.</param>
public sealed record GraphEdge(GraphNode From, GraphNode To, long At)
{
    /// <summary>More about it, a JSON object; null for nothing.</summary>
    public string? Detail { get; init; }

    // What has a column at one of its ends is walked only when columns are asked for.
    internal string Level => NodeKinds.IsColumn(From.Kind) || NodeKinds.IsColumn(To.Kind) ? Column : Object;

    internal const string Column = "column";
    internal const string Object = "object";
}
