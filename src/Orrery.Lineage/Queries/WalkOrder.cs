namespace Orrery.Lineage;

/// <summary>Where to walk from a node, and how far.</summary>
/// <param name="Down">To what came of it.</param>
/// <param name="Up">To what it came of.</param>
/// <param name="Depth">Most edges away from it.</param>
/// <param name="AsOf">Only edges that were true then, Unix milliseconds.</param>
/// <param name="Columns">Over columns and features too.</param>
internal sealed record WalkOrder(bool Down, bool Up, int Depth, long AsOf, bool Columns)
{
    /// <summary>The walk may end when so many nodes, in the order in which they are told, are known with all their edges.</summary>
    public int Enough { get; init; } = int.MaxValue;

    /// <summary>Whether edges are asked for; without them a walk ends when it has as many nodes as it may.</summary>
    public bool Edges { get; init; } = true;
}
