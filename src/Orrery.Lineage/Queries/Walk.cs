using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>
/// A walk through the graph in breadth, level by level: one statement a level, and of nodes and edges no more than so many, whatever the graph is like.
/// Up and down are two walks from the same node: what it came of, and what came of it.
/// </summary>
internal sealed class Walk
{
    /// <summary>Most nodes of a walk.</summary>
    public const int MostNodes = 2_000;

    /// <summary>Most edges of a walk.</summary>
    public const int MostEdges = 8_000;

    private readonly Dictionary<string, WalkedNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), long> _edges = [];

    /// <summary>Nodes, nearest first, then by hash.</summary>
    public List<WalkedNode> Nodes { get; private set; } = [];

    /// <summary>The edges that were walked, with their times; none when they were not asked for.</summary>
    public IReadOnlyDictionary<(string From, string To), long> Edges => _edges;

    /// <summary>Whether nodes or edges were left out, or may have been.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Walks.</summary>
    public static async ValueTask<Walk> RunAsync(DbSession session, WorkspaceId workspace, GraphNode start, WalkOrder order)
    {
        var walk = new Walk();
        var hash = start.Hash;
        walk._nodes[hash] = new(hash, start.Kind, 0);
        if (order.Down)
            await walk.RunAsync(session, workspace, hash, order, down: true);
        if (order.Up)
            await walk.RunAsync(session, workspace, hash, order, down: false);
        walk.Nodes = [.. walk._nodes.Values.OrderBy(static node => node.Depth).ThenBy(static node => node.Hash, StringComparer.Ordinal)];
        return walk;
    }

    private async ValueTask RunAsync(DbSession session, WorkspaceId workspace, string start, WalkOrder order, bool down)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        List<string> frontier = [start];
        var (left, passed) = (MostEdges, 0);
        for (var depth = 1; depth <= order.Depth && frontier.Count > 0 && left > 0 && passed < order.Enough; depth++)
        {
            if (!order.Edges && seen.Count >= MostNodes)
            {
                IsTruncated = true;
                return;
            }

            // Of the last level only those are passed that are told: they come by hash, as they are told.
            var level = frontier.Count <= order.Enough - passed ? frontier : frontier.GetRange(0, order.Enough - passed);
            var rows = await EdgeStore.ListAsync(session, workspace, down, level, order.AsOf, order.Columns, "", left + 1);
            IsTruncated |= rows.Count > left;
            frontier = Take(rows, left, seen, depth, order, down);
            left -= rows.Count;
            passed += level.Count;
        }
    }

    private List<string> Take(List<EdgeRow> rows, int most, HashSet<string> seen, int depth, WalkOrder order, bool down)
    {
        var next = new List<string>();
        for (var place = 0; place < Math.Min(most, rows.Count); place++)
        {
            var row = rows[place];
            var other = down ? row.To : row.From;
            if (!seen.Contains(other))
            {
                if (seen.Count >= MostNodes)
                {
                    IsTruncated = true;
                    continue;
                }

                seen.Add(other);
                next.Add(other);
                if (!_nodes.TryGetValue(other, out var known) || depth < known.Depth)
                    _nodes[other] = new(other, row.Kind, depth);
            }

            if (order.Edges)
                _edges[(row.From, row.To)] = row.At;
        }

        next.Sort(StringComparer.Ordinal);
        return next;
    }
}
