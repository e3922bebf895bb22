using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Reads a module's facts of before the graph, for the graph. Modules implement it and register it as a singleton.</summary>
public interface ILineageBackfill
{
    /// <summary>Names how far it got in the database, dotted, module first: <c>tracking.runs</c>. Never changes.</summary>
    public string Name { get; }

    /// <summary>Reads some facts of a workspace.</summary>
    /// <param name="actor">The platform, in that workspace.</param>
    /// <param name="after">The position that the last part gave; empty for the first.</param>
    /// <param name="cancel">Stops reading.</param>
    public ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel);
}

/// <summary>Some facts.</summary>
/// <param name="Edges">What they mean.</param>
/// <param name="Nodes">Those of them that say best what is known of a thing.</param>
/// <param name="Next">Where to go on; null when there are no more.</param>
public sealed record BackfillPart(IReadOnlyList<GraphEdge> Edges, IReadOnlyList<GraphNode> Nodes, string? Next);
