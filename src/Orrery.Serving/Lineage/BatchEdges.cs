using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>Edges of lineage to the results of batch predictions: from the version that was asked, and from the rows.</summary>
internal static class BatchEdges
{
    /// <summary>Writes those of one that has succeeded.</summary>
    public static async ValueTask AppendAsync(DbSession session, Actor actor, BatchRow batch, string state, long at)
    {
        if (state != BatchStates.Succeeded)
            return;
        var guard = new NodeGuard(NodeGuard.Serving);
        var results = new GraphNode(NodeKinds.Dataset, KeyOf(batch)) { Name = $"batch prediction {batch.Id}", Guard = guard };
        var from = Data(batch, guard);
        if (await LineageNodes.FindAsync(session, actor, NodeKinds.ModelVersion, $"{batch.Model}/{batch.Version}") is { } version)
            from.Add(version);
        await LineageEdges.AppendAsync(session, actor, [.. from.Select(node => new GraphEdge(node, results, at))]);
    }

    /// <summary>One that has ended, as other systems are told.</summary>
    public static LineageFact Ended(BatchRow batch, string state, Failure? failure, long now)
    {
        var type = state == BatchStates.Succeeded ? LineageFact.Complete : state == BatchStates.Failed ? LineageFact.Fail : LineageFact.Abort;
        return new(NodeKinds.Dataset, KeyOf(batch), type, now)
        {
            Job = $"batch-predictions/{batch.Model}",
            JobType = "BATCH_PREDICTION",
            RunId = batch.Id,
            StartedAt = batch.StartedAt ?? batch.CreatedAt,
            Error = failure?.Message,
        };
    }

    private static string KeyOf(BatchRow batch) => $"batch-predictions|{batch.Id}";

    private static List<GraphNode> Data(BatchRow batch, NodeGuard guard)
    {
        var input = batch.Spec.Input;
        var nodes = input.Files.Concat(input.Tables.Values).Distinct(StringComparer.Ordinal).Select(file => new GraphNode(NodeKinds.Dataset, $"file|{file}") { Name = file, Guard = guard }).ToList();
        if (input.Table is { Length: > 0 } table)
            nodes.Add(new(NodeKinds.Dataset, $"{input.Warehouse}|{table}") { Name = table, Guard = guard });
        return nodes;
    }
}
