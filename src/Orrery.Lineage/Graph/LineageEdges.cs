using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Writes the graph, for the modules whose facts it tells. The fact's own entry in the audit trail stands for its edges.</summary>
public static class LineageEdges
{
    /// <summary>
    /// Writes edges, and their nodes where they are new, in the transaction of the fact. Repeating it changes nothing, in whatever order:
    /// of several times of one edge the earliest is kept.
    /// </summary>
    /// <param name="session">The fact's transaction.</param>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="edges">Any number; two statements in all, three where they lead from a source with a query.</param>
    public static ValueTask AppendAsync(DbSession session, Actor actor, IReadOnlyList<GraphEdge> edges) => AppendAsync(session, actor.Workspace, edges);

    /// <summary>The same, for those who know the workspace only.</summary>
    public static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<GraphEdge> edges)
    {
        if (edges.Count == 0)
            return;
        var nodes = new Dictionary<string, (GraphNode Node, long At)>(edges.Count * 2, StringComparer.Ordinal);
        var rows = new Dictionary<(string From, string To), GraphEdge>(edges.Count);
        foreach (var edge in edges)
        {
            var (from, to) = (edge.From.Hash, edge.To.Hash);
            Add(nodes, from, edge.From, edge.At);
            Add(nodes, to, edge.To, edge.At);
            if (!rows.TryGetValue((from, to), out var known) || edge.At < known.At)
                rows[(from, to)] = edge;
        }

        await NodeStore.InsertAsync(session, workspace, Sorted(nodes));
        await EdgeStore.InsertAsync(session, workspace, [.. rows.OrderBy(static row => row.Key.From, StringComparer.Ordinal).ThenBy(static row => row.Key.To, StringComparer.Ordinal)]);
    }

    /// <summary>Writes what is known of nodes now, their names and guards among it, over what was known before.</summary>
    /// <param name="session">The transaction of the fact that changed them.</param>
    /// <param name="actor">Whose workspace.</param>
    /// <param name="nodes">Any number.</param>
    /// <param name="at">When, Unix milliseconds; kept of those that are new.</param>
    public static ValueTask DescribeAsync(DbSession session, Actor actor, IReadOnlyList<GraphNode> nodes, long at) => DescribeAsync(session, actor.Workspace, nodes, at);

    /// <summary>The same, for those who know the workspace only.</summary>
    public static ValueTask DescribeAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<GraphNode> nodes, long at)
    {
        var sorted = new Dictionary<string, (GraphNode Node, long At)>(nodes.Count, StringComparer.Ordinal);
        foreach (var node in nodes)
            Add(sorted, node.Hash, node, at);
        return NodeStore.DescribeAsync(session, workspace, Sorted(sorted));
    }

    /// <summary>Writes nodes that are new; what is known of others stays.</summary>
    internal static ValueTask NoteAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<GraphNode> nodes, long at)
    {
        var sorted = new Dictionary<string, (GraphNode Node, long At)>(nodes.Count, StringComparer.Ordinal);
        foreach (var node in nodes)
            Add(sorted, node.Hash, node, at);
        return NodeStore.InsertAsync(session, workspace, Sorted(sorted));
    }

    private static void Add(Dictionary<string, (GraphNode Node, long At)> nodes, string hash, GraphNode node, long at)
    {
        if (!nodes.TryGetValue(hash, out var known) || at < known.At)
            nodes[hash] = (node, at);
    }

    // Always in one order, so that two transactions do not wait for one another.
    private static List<(string Hash, GraphNode Node, long At)> Sorted(Dictionary<string, (GraphNode Node, long At)> nodes) =>
        [.. nodes.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => (one.Key, one.Value.Node, one.Value.At))];
}
