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

    private readonly Dictionary<string, int> _depths = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), long> _edges = [];

    /// <summary>Nodes with how far they are away, nearest first, then by hash.</summary>
    public List<KeyValuePair<string, int>> Nodes { get; private set; } = [];

    /// <summary>The edges that were walked, with their times.</summary>
    public IReadOnlyDictionary<(string From, string To), long> Edges => _edges;

    /// <summary>Whether nodes or edges were left out.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Walks.</summary>
    public static async ValueTask<Walk> RunAsync(DbSession session, WorkspaceId workspace, string start, WalkOrder order)
    {
        var walk = new Walk();
        walk._depths[start] = 0;
        if (order.Down)
            await walk.RunAsync(session, workspace, start, order, down: true);
        if (order.Up)
            await walk.RunAsync(session, workspace, start, order, down: false);
        walk.Nodes = [.. walk._depths.OrderBy(static node => node.Value).ThenBy(static node => node.Key, StringComparer.Ordinal)];
        return walk;
    }

    private async ValueTask RunAsync(DbSession session, WorkspaceId workspace, string start, WalkOrder order, bool down)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        List<string> frontier = [start];
        var left = MostEdges;
        for (var depth = 1; depth <= order.Depth && frontier.Count > 0 && left > 0 && seen.Count - frontier.Count < order.Enough; depth++)
        {
            var rows = await EdgeStore.ListAsync(session, workspace, down, frontier, order.AsOf, order.Columns, "", left + 1);
            IsTruncated |= rows.Count > left;
            var next = new List<string>();
            foreach (var row in rows.Take(left))
            {
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
                    if (!_depths.TryGetValue(other, out var known) || depth < known)
                        _depths[other] = depth;
                }

                _edges[(row.From, row.To)] = row.At;
            }

            left -= rows.Count;
            next.Sort(StringComparer.Ordinal);
            frontier = next;
        }
    }
}
