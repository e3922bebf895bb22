namespace Orrery.Lineage;

/// <summary>A node that a walk came to.</summary>
/// <param name="Hash">Its key in the database.</param>
/// <param name="Kind">Of <see cref="NodeKinds"/>.</param>
/// <param name="Depth">How many edges away from the start.</param>
internal readonly record struct WalkedNode(string Hash, string Kind, int Depth);
