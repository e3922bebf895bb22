namespace Orrery.Lineage;

/// <summary>Where to walk from a node, and how far.</summary>
/// <param name="Down">To what came of it.</param>
/// <param name="Up">To what it came of.</param>
/// <param name="Depth">Most edges away from it.</param>
/// <param name="AsOf">Only edges that were true then, Unix milliseconds.</param>
/// <param name="Columns">Over columns and features too.</param>
/// <param name="Enough">The walk may end when so many nodes are known with all their edges.</param>
internal sealed record WalkOrder(bool Down, bool Up, int Depth, long AsOf, bool Columns, int Enough);
