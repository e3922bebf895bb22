using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Edges of lineage to and from runs: the code, the environment and the data sets that they read, and the models that they logged.</summary>
public static class RunEdges
{
    /// <summary>The nodes of runs, those that there are, by id.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, GraphNode>> NodesAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs) => runs.Count == 0
        ? new Dictionary<string, GraphNode>()
        : (await RunEdgeStore.FactsAsync(session, workspace, runs)).ToDictionary(static run => run.RunId, NodeOf, StringComparer.Ordinal);

    /// <summary>The node of a logged model.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="guard">Who may see it: those of its run.</param>
    public static GraphNode LoggedModel(string id, NodeGuard? guard) => new(NodeKinds.LoggedModel, id) { Guard = guard ?? new NodeGuard(NodeGuard.Experiment) };

    /// <summary>The node of a data set as runs name it. A training set of the feature store leads to the same one.</summary>
    /// <param name="sourceType">As runs log it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="digest">Of its content.</param>
    /// <param name="guard">Who may see it.</param>
    public static GraphNode Dataset(string sourceType, string name, string digest, NodeGuard guard) =>
        new(NodeKinds.Dataset, $"{sourceType}|{name}@{digest}") { Name = $"{name}@{digest}", Guard = guard };

    /// <summary>Writes all edges that are known of runs; what was written before stays as it is.</summary>
    internal static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs) =>
        await LineageEdges.AppendAsync(session, workspace, await ReadAsync(session, workspace, runs));

    /// <summary>A run that has ended, as other systems are told.</summary>
    internal static LineageFact Ended(Run run, long now)
    {
        var type = run.Status switch
        {
            RunStatus.Finished => LineageFact.Complete,
            "KILLED" => LineageFact.Abort,
            _ => LineageFact.Fail,
        };
        return new(NodeKinds.Run, run.RunId, type, run.EndedAt ?? now)
        {
            Job = $"experiments/{run.ExperimentId.ToString(CultureInfo.InvariantCulture)}",
            JobType = "MODEL",
            StartedAt = run.StartedAt,
        };
    }

    /// <summary>All edges that are known of runs.</summary>
    internal static async ValueTask<List<GraphEdge>> ReadAsync(DbSession session, WorkspaceId workspace, IReadOnlyCollection<string> runs)
    {
        var facts = await RunEdgeStore.FactsAsync(session, workspace, runs);
        var nodes = facts.ToDictionary(static run => run.RunId, NodeOf, StringComparer.Ordinal);
        var at = facts.ToDictionary(static run => run.RunId, static run => run.StartedAt, StringComparer.Ordinal);
        var edges = new List<GraphEdge>();
        foreach (var run in facts)
        {
            var node = nodes[run.RunId];
            if (!string.IsNullOrEmpty(run.Commit))
                edges.Add(new(new(NodeKinds.CodeCommit, run.Commit), node, run.StartedAt));
            if (run.Environment is { } environment)
                edges.Add(new(new(NodeKinds.Environment, Convert.ToHexStringLower(ContentHash.Of(EnvironmentStore.Parse(environment)))), node, run.StartedAt));
        }

        foreach (var input in (await RunEdgeStore.InputsAsync(session, workspace, runs)).Where(input => nodes.ContainsKey(input.RunId)))
        {
            var guard = input.SourceType == TrainingSetType ? new NodeGuard(NodeGuard.FeatureView) : nodes[input.RunId].Guard!;
            edges.Add(new(Dataset(input.SourceType, input.Name, input.Digest, guard), nodes[input.RunId], at[input.RunId]));
        }

        foreach (var model in (await RunEdgeStore.ModelsAsync(session, workspace, runs)).Where(model => nodes.ContainsKey(model.RunId)))
        {
            var logged = LoggedModel(model.ModelId, nodes[model.RunId].Guard);
            edges.Add(model.IsInput ? new(logged, nodes[model.RunId], at[model.RunId]) : new(nodes[model.RunId], logged, at[model.RunId]));
        }

        return edges;
    }

    // What runs say of data sets that are training sets of the feature store, which knows who may see them.
    private const string TrainingSetType = "orrery_training_set";

    private static GraphNode NodeOf(RunFacts run) => new(NodeKinds.Run, run.RunId)
    {
        Name = run.Name,
        Guard = new(NodeGuard.Experiment, run.ExperimentId.ToString(CultureInfo.InvariantCulture)),
    };
}
