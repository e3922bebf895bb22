using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>What uses a thing: a column, a source, a data set, a version.</summary>
internal sealed class Impacts(Db db, LineageQueries queries)
{
    /// <summary>One page of what uses a node; failures are those of <see cref="LineageQueries"/>.</summary>
    public async ValueTask<Result<LineageImpact>> FindAsync(Actor actor, GraphQuery query, NodeSight sight, CancellationToken cancel)
    {
        query = query with { Direction = "down", Depth = GraphQuery.MostDepth };
        if ((await queries.AskAsync(actor, query, sight, cancel)).Failed(out var wrong, out var graph))
            return wrong;
        return await db.ReadAsync<Result<LineageImpact>>(async session =>
        {
            if ((await LineageQueries.FindAsync(session, actor.Workspace, query.Node, sight)).Failed(out var gone, out var node))
                return gone;
            var columns = query.Columns ?? NodeKinds.IsColumn(node.Kind);
            var walk = await Walk.RunAsync(session, actor.Workspace, node.Hash, new(Down: true, Up: false, GraphQuery.MostDepth, query.AsOf ?? long.MaxValue, columns, int.MaxValue));
            var users = await NodeStore.ListAsync(session, actor.Workspace, [.. walk.Nodes.Skip(1).Select(static one => one.Key)]);
            return new LineageImpact
            {
                Node = new() { Id = node.Id, Kind = node.Kind, Name = node.Name, ObjectId = node.Key },
                Counts = users.Values.Where(user => query.Kinds.Count == 0 || query.Kinds.Contains(user.Kind)).CountBy(static user => user.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal).ToDictionary(),
                Users = [.. graph.Nodes.Where(static user => user.Depth > 0)],
                IsTruncated = walk.IsTruncated,
                NextPageToken = graph.NextPageToken,
            };
        }, cancel);
    }
}
