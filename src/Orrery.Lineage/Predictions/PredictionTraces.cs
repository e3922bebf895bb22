using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>Predictions back to what their model was trained on. The log of predictions knows the version; from there the graph goes on.</summary>
internal sealed class PredictionTraces(LineageQueries queries, IEnumerable<IPredictionOrigins> origins)
{
    private const int MostNodes = 1_000;

    /// <summary>Where a prediction came from: <c>serving.prediction_not_found</c>; <c>lineage.predictions_unknown</c> without a log.</summary>
    public async ValueTask<Result<PredictionTrace>> FindAsync(Actor actor, string id, NodeSight sight, CancellationToken cancel)
    {
        if (origins.FirstOrDefault() is not { } log)
            return Failure.Unsupported("lineage.predictions_unknown", "This server keeps no log of predictions.");
        if ((await log.FindAsync(actor, id, cancel)).Failed(out var missing, out var origin))
            return missing;
        var asked = await queries.AskAsync(actor, new GraphQuery(origin.Version.Id) { Direction = "up", Depth = GraphQuery.MostDepth, Limit = MostNodes }, sight, cancel);
        // A version of before the graph, or one that the caller may not see, has nothing behind it.
        var behind = asked.Failed(out _, out var graph) ? new LineageGraph { Nodes = [Shown(origin.Version, 2, sight)] } : graph;
        return new PredictionTrace { PredictionId = origin.Id, At = origin.At, IsLabelled = origin.IsLabelled, Graph = Joined(origin, behind, sight) };
    }

    private static LineageGraph Joined(PredictionOrigin origin, LineageGraph behind, NodeSight sight)
    {
        var prediction = new LineageNode { Id = $"{NodeKinds.Prediction}:{origin.Id}", Kind = NodeKinds.Prediction, Name = origin.Id, ObjectId = origin.Id, Depth = 0 };
        var revision = Shown(origin.Revision, 1, sight);
        var edges = new List<LineageEdge> { new() { From = revision.Id, To = prediction.Id, At = origin.At }, new() { From = behind.Nodes[0].Id, To = revision.Id } };
        List<LineageNode> nodes = [prediction, revision, .. behind.Nodes.Select(node => node with { Depth = (node.Depth ?? 0) + 2 })];
        if (origin.IsLabelled)
        {
            var label = new LineageNode { Id = $"{NodeKinds.Label}:{origin.Id}", Kind = NodeKinds.Label, Name = origin.Id, ObjectId = origin.Id, Depth = 1 };
            nodes.Insert(2, label);
            edges.Add(new() { From = prediction.Id, To = label.Id });
        }

        return behind with { Nodes = nodes, Edges = [.. edges, .. behind.Edges] };
    }

    private static LineageNode Shown(GraphNode node, int depth, NodeSight sight) => sight.Sees(node)
        ? new() { Id = node.Id, Kind = node.Kind, Name = node.Name, ObjectId = node.Key, Depth = depth }
        : new() { Id = $"{node.Kind}:hidden", Kind = node.Kind, Depth = depth };
}
