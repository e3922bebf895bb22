namespace Orrery.Lineage;

/// <summary>A question to the graph.</summary>
/// <param name="Node">As <c>model_version:churn/3</c>: a kind, and a key or a name.</param>
internal sealed record GraphQuery(string Node)
{
    /// <summary>Greatest depth.</summary>
    public const int MostDepth = 50;

    /// <summary>Longest page.</summary>
    public const int MostNodes = 1_000;

    /// <summary><c>up</c>, <c>down</c> or <c>both</c>.</summary>
    public string Direction { get; init; } = "both";

    /// <summary>Most edges away from the node, 1 to <see cref="MostDepth"/>.</summary>
    public int Depth { get; init; } = 10;

    /// <summary>Kinds of nodes that are told; all are walked over. Empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Whether columns and features are walked over; null when the node is one.</summary>
    public bool? Columns { get; init; }

    /// <summary>The graph as it was then, Unix milliseconds; null for now.</summary>
    public long? AsOf { get; init; }

    /// <summary>Nodes of a page.</summary>
    public int Limit { get; init; } = 200;

    /// <summary>Of the page before; null for the first.</summary>
    public string? PageToken { get; init; }
}
