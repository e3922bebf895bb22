using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Renames nodes with the objects that they stand for.</summary>
public static class LineageNodes
{
    /// <summary>The newest node of a name; null when the graph has none.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="kind">Of <see cref="NodeKinds"/>.</param>
    /// <param name="name">Such as <c>churn/3</c>.</param>
    public static ValueTask<GraphNode?> FindAsync(DbSession session, Actor actor, string kind, string name) => NodeStore.FindAsync(session, actor.Workspace, kind, name);

    /// <summary>Gives the nodes of a renamed model its new name, in the transaction of the renaming.</summary>
    /// <param name="session">That transaction.</param>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="model">The model's id.</param>
    /// <param name="name">Its new name; what followed the old one in a node's name stays.</param>
    /// <param name="oldName">Its old name.</param>
    /// <param name="at">When, Unix milliseconds.</param>
    public static async ValueTask RenameModelAsync(DbSession session, Actor actor, string model, string oldName, string name, long at)
    {
        var nodes = await NodeStore.OfModelAsync(session, actor.Workspace, model);
        await LineageEdges.DescribeAsync(
            session, actor, [.. nodes.Where(node => node.Name.StartsWith(oldName + "/", StringComparison.Ordinal)).Select(node => node with { Name = name + node.Name[oldName.Length..] })], at);
    }
}
