using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>What uses a thing: a column, a source, a data set, a version.</summary>
internal sealed class Impacts(Db db)
{
    /// <summary>One page of what uses a node; failures are those of <see cref="LineageQueries"/>.</summary>
    public async ValueTask<Result<LineageImpact>> FindAsync(Actor actor, GraphQuery query, NodeSight sight, CancellationToken cancel)
    {
        query = query with { Direction = "down", Depth = GraphQuery.MostDepth };
        if (LineageQueries.Check(query, out var after) is { } wrong)
            return wrong;
        return await db.ReadAsync(session => FindAsync(session, actor.Workspace, query, sight, after), cancel);
    }

    private static async ValueTask<Result<LineageImpact>> FindAsync(DbSession session, WorkspaceId workspace, GraphQuery query, NodeSight sight, (int Depth, string Hash)? after)
    {
        if ((await LineageQueries.FindAsync(session, workspace, query.Node, sight)).Failed(out var gone, out var node))
            return gone;
        var order = new WalkOrder(Down: true, Up: false, query.Depth, query.AsOf ?? long.MaxValue, query.Columns ?? NodeKinds.IsColumn(node.Kind)) { Edges = false };
        var walk = await Walk.RunAsync(session, workspace, node, order);
        var users = walk.Nodes.FindAll(user => user.Depth > 0 && (query.Kinds.Count == 0 || query.Kinds.Contains(user.Kind)));
        var first = after is { } last ? users.FindIndex(user => LineageQueries.IsAfter(user, last)) : 0;
        var page = first < 0 ? [] : users.GetRange(first, Math.Min(query.Limit, users.Count - first));
        var known = await NodeStore.ListAsync(session, workspace, [.. page.Select(static user => user.Hash)]);
        return new LineageImpact
        {
            Node = new() { Id = node.Id, Kind = node.Kind, Name = node.Name, ObjectId = node.Key },
            Counts = users.CountBy(static user => user.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal).ToDictionary(),
            Users = [.. page.Select((user, place) => LineageQueries.Told(known[user.Hash], LineageQueries.IdOf(known[user.Hash], first + place + 1, sight), user.Depth, sight))],
            IsTruncated = walk.IsTruncated,
            NextPageToken = first >= 0 && first + page.Count < users.Count ? PageToken.Encode((long)page[^1].Depth, page[^1].Hash) : null,
        };
    }
}
