using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>What one can ask of the graph.</summary>
internal sealed class LineageQueries(Db db)
{
    private const int LongestNode = 8_192;

    /// <summary>
    /// One page of the graph around a node: <c>lineage.invalid_node</c>, <c>lineage.invalid_direction</c>, <c>lineage.invalid_depth</c>, <c>lineage.invalid_kind</c>,
    /// <c>lineage.invalid_limit</c>, <c>lineage.invalid_page_token</c>, <c>lineage.node_not_found</c>.
    /// </summary>
    public async ValueTask<Result<LineageGraph>> AskAsync(Actor actor, GraphQuery query, NodeSight sight, CancellationToken cancel)
    {
        if (Check(query, out var after) is { } wrong)
            return wrong;
        return await db.ReadAsync(session => AskAsync(session, actor.Workspace, query, sight, after), cancel);
    }

    /// <summary>The node of a name or key that a caller may see: <c>lineage.invalid_node</c>, <c>lineage.node_not_found</c>.</summary>
    public static async ValueTask<Result<GraphNode>> FindAsync(DbSession session, WorkspaceId workspace, string node, NodeSight sight)
    {
        var colon = node.IndexOf(':', StringComparison.Ordinal);
        if (node.Length > LongestNode || colon <= 0 || colon == node.Length - 1 || !NodeKinds.All.Contains(node[..colon]))
            return Failure.Invalid("lineage.invalid_node", $"'{Clip(node)}' must be a kind and a key or name, as model_version:churn/3; kinds are {string.Join(", ", NodeKinds.All)}.");
        var (kind, name) = (node[..colon], node[(colon + 1)..]);
        var hash = GraphNode.HashOf(kind, name);
        var found = (await NodeStore.ListAsync(session, workspace, [hash])).GetValueOrDefault(hash) ?? await NodeStore.FindAsync(session, workspace, kind, name);
        return found is not null && sight.Sees(found) ? found : Failure.NotFound("lineage.node_not_found", $"Lineage knows no {Clip(node)}.");
    }

    private static async ValueTask<Result<LineageGraph>> AskAsync(DbSession session, WorkspaceId workspace, GraphQuery query, NodeSight sight, (int Depth, string Hash)? after)
    {
        if ((await FindAsync(session, workspace, query.Node, sight)).Failed(out var missing, out var start))
            return missing;
        var walk = await Walk.RunAsync(session, workspace, start, Order(query, start, after));
        var shown = query.Kinds.Count == 0 ? walk.Nodes : walk.Nodes.FindAll(node => node.Depth == 0 || query.Kinds.Contains(node.Kind));
        var first = after is { } last ? shown.FindIndex(node => IsAfter(node, last)) : 0;
        if (first < 0)
            return new LineageGraph { IsTruncated = walk.IsTruncated };
        var page = shown.GetRange(first, Math.Min(query.Limit, shown.Count - first));
        var beyond = first + page.Count;
        var places = shown.Take(beyond).Index().ToDictionary(static one => one.Item.Hash, static one => one.Index, StringComparer.Ordinal);
        var edges = walk.Edges.Where(edge => places.TryGetValue(edge.Key.From, out var from) && places.TryGetValue(edge.Key.To, out var to) && Math.Max(from, to) >= first).ToList();
        var known = await NodeStore.ListAsync(session, workspace, [.. page.Select(static node => node.Hash).Concat(edges.SelectMany(static edge => new[] { edge.Key.From, edge.Key.To })).Distinct()]);
        var ids = places.ToDictionary(static place => place.Key, place => known.TryGetValue(place.Key, out var node) ? IdOf(node, place.Value, sight) : "", StringComparer.Ordinal);
        return new LineageGraph
        {
            Nodes = [.. page.Select(node => Told(known[node.Hash], ids[node.Hash], node.Depth, sight))],
            Edges = [.. edges.OrderBy(edge => places[edge.Key.From]).ThenBy(edge => places[edge.Key.To]).Select(edge => new LineageEdge { From = ids[edge.Key.From], To = ids[edge.Key.To], At = edge.Value })],
            IsTruncated = walk.IsTruncated,
            NextPageToken = beyond < shown.Count ? PageToken.Encode((long)page[^1].Depth, page[^1].Hash) : null,
        };
    }

    /// <summary>
    /// The nodes one edge away, in the order of a key: pages lead through all of them, however many. <c>lineage.invalid_node</c>, <c>lineage.invalid_direction</c>,
    /// <c>lineage.invalid_limit</c>, <c>lineage.invalid_page_token</c>, <c>lineage.node_not_found</c>.
    /// </summary>
    public async ValueTask<Result<LineageGraph>> NeighboursAsync(Actor actor, GraphQuery query, NodeSight sight, CancellationToken cancel)
    {
        if (Check(query) is { } wrong)
            return wrong;
        if (query.Direction is "both")
            return Failure.Invalid("lineage.invalid_direction", "direction must be up or down: neighbours are paged in one direction.");
        var after = "";
        if (!string.IsNullOrEmpty(query.PageToken))
        {
            if (PageToken.Decode(query.PageToken, 1) is not [string hash])
                return Failure.Invalid("lineage.invalid_page_token", "The page token is not one that these neighbours returned.");
            after = hash;
        }

        return await db.ReadAsync(session => NeighboursAsync(session, actor.Workspace, query, sight, after), cancel);
    }

    private static async ValueTask<Result<LineageGraph>> NeighboursAsync(DbSession session, WorkspaceId workspace, GraphQuery query, NodeSight sight, string after)
    {
        if ((await FindAsync(session, workspace, query.Node, sight)).Failed(out var missing, out var node))
            return missing;
        var down = query.Direction is "down";
        var rows = await EdgeStore.ListAsync(
            session, workspace, down, [node.Hash], query.AsOf ?? long.MaxValue, query.Columns ?? NodeKinds.IsColumn(node.Kind), after, query.Limit + 1);
        var page = rows.Take(query.Limit).Select(row => (Hash: down ? row.To : row.From, row.At)).ToList();
        var known = await NodeStore.ListAsync(session, workspace, [.. page.Select(static one => one.Hash)]);
        // A hidden neighbour is numbered by its place on the page: it has no name that could be told from one page to the next.
        var told = page.Select((one, place) => (Node: Told(known[one.Hash], IdOf(known[one.Hash], place, sight), 1, sight), one.At)).ToList();
        return new LineageGraph
        {
            Nodes = [.. told.Select(static one => one.Node)],
            Edges = [.. told.Select(one => down ? new LineageEdge { From = node.Id, To = one.Node.Id, At = one.At } : new LineageEdge { From = one.Node.Id, To = node.Id, At = one.At })],
            NextPageToken = rows.Count > query.Limit ? PageToken.Encode(page[^1].Hash) : null,
        };
    }

    // Pages are told in the order of the walk, so that a page needs no more of it than what comes before its end. Which nodes are of a kind, and how
    // many were told before, only the whole walk knows.
    private static WalkOrder Order(GraphQuery query, GraphNode start, (int Depth, string Hash)? after) => new(
        query.Direction is "down" or "both",
        query.Direction is "up" or "both",
        query.Depth,
        query.AsOf ?? long.MaxValue,
        query.Columns ?? NodeKinds.IsColumn(start.Kind))
    {
        Enough = query.Kinds.Count > 0 || after is not null ? int.MaxValue : query.Limit,
    };

    internal static string IdOf(GraphNode node, int place, NodeSight sight) => sight.Sees(node) ? node.Id : FormattableString.Invariant($"{node.Kind}:hidden-{place}");

    internal static LineageNode Told(GraphNode node, string id, int depth, NodeSight sight) => !sight.Sees(node)
        ? new() { Id = id, Kind = node.Kind, Depth = depth }
        : new() { Id = id, Kind = node.Kind, Name = node.Name, ObjectId = node.Key, Depth = depth, Detail = node.Detail is { } detail ? JsonElement.Parse(detail) : null };

    private static Failure? Check(GraphQuery query) =>
        query.Direction is not ("up" or "down" or "both") ? Failure.Invalid("lineage.invalid_direction", $"direction is '{Clip(query.Direction)}'; it must be up, down or both.")
        : query.Depth is < 1 or > GraphQuery.MostDepth ? Failure.Invalid("lineage.invalid_depth", $"depth is {query.Depth}; it must be 1 to {GraphQuery.MostDepth}.")
        : query.Limit is < 1 or > GraphQuery.MostNodes ? Failure.Invalid("lineage.invalid_limit", $"limit is {query.Limit}; it must be 1 to {GraphQuery.MostNodes}.")
        : query.Kinds.FirstOrDefault(static kind => !NodeKinds.All.Contains(kind)) is { } unknown
            ? Failure.Invalid("lineage.invalid_kind", $"There is no kind '{Clip(unknown)}'; kinds are {string.Join(", ", NodeKinds.All)}.")
        : null;

    /// <summary>What is wrong with a question; null for nothing. Says where its page begins.</summary>
    internal static Failure? Check(GraphQuery query, out (int Depth, string Hash)? after)
    {
        after = null;
        if (Check(query) is { } wrong)
            return wrong;
        if (string.IsNullOrEmpty(query.PageToken))
            return null;
        if (PageToken.Decode(query.PageToken, 2) is not [long depth and >= 0 and <= GraphQuery.MostDepth, string hash])
            return Failure.Invalid("lineage.invalid_page_token", "The page token is not one that this graph returned.");
        after = ((int)depth, hash);
        return null;
    }

    /// <summary>Whether a node is told after the last one of a page.</summary>
    internal static bool IsAfter(WalkedNode node, (int Depth, string Hash) last) =>
        node.Depth > last.Depth || (node.Depth == last.Depth && string.CompareOrdinal(node.Hash, last.Hash) > 0);

    internal static string Clip(string text) => text.Length > 200 ? text[..200] + "..." : text;
}
