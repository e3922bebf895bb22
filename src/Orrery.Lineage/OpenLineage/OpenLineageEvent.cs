namespace Orrery.Lineage;

/// <summary>An OpenLineage event, read.</summary>
/// <param name="Kind"><c>run</c>, <c>job</c> or <c>dataset</c>.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Producer">URI of who wrote it.</param>
internal sealed record OpenLineageEvent(string Kind, long At, string Producer)
{
    /// <summary>SHA-256 of the event without its white space, 64 hex.</summary>
    public required string Id { get; init; }

    /// <summary>As it came.</summary>
    public required string Body { get; init; }

    public string? EventType { get; init; }

    public string? RunId { get; init; }

    /// <summary>Key of the job's node.</summary>
    public string? Job { get; init; }

    /// <summary>What it says for the graph.</summary>
    public IReadOnlyList<GraphEdge> Edges { get; init; } = [];

    /// <summary>Things that no edge names.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; init; } = [];
}
