using Orrery.Kernel;

namespace Orrery.Lineage;

/// <summary>What came of things, for modules above that must name it whoever asks.</summary>
public sealed class Descendants
{
    private readonly LineageQueries _queries;

    internal Descendants(LineageQueries queries) => _queries = queries;

    /// <summary>Model versions that were trained on a training set, as <c>churn/3</c>; empty where the graph knows of none.</summary>
    public async ValueTask<IReadOnlyList<string>> VersionsOfAsync(Actor actor, string trainingSet, CancellationToken cancel)
    {
        var query = new GraphQuery($"{NodeKinds.TrainingSet}:{trainingSet}") { Direction = "down", Kinds = [NodeKinds.ModelVersion], Limit = GraphQuery.MostNodes };
        return (await _queries.AskAsync(actor, query, NodeSight.All, cancel)).Failed(out _, out var graph)
            ? []
            : [.. graph.Nodes.Where(static node => node.Kind == NodeKinds.ModelVersion).Select(static node => node.Name ?? node.Id).Distinct().Order(StringComparer.Ordinal)];
    }
}
