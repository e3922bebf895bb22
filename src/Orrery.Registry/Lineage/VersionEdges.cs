using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>Edges of lineage to model versions: from the run and the logged model that they came of.</summary>
public static class VersionEdges
{
    /// <summary>The node of a version.</summary>
    /// <param name="modelId">The model's id.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The number.</param>
    public static GraphNode NodeOf(string modelId, string model, long version) => new(NodeKinds.ModelVersion, string.Create(CultureInfo.InvariantCulture, $"{modelId}/{version}"))
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{model}/{version}"),
        Guard = new(NodeGuard.Model, modelId),
    };

    /// <summary>A version that was registered, as other systems are told: more became known of its run.</summary>
    internal static LineageFact Registered(ModelVersion version) =>
        new(NodeKinds.ModelVersion, string.Create(CultureInfo.InvariantCulture, $"{version.ModelId}/{version.Version}"), LineageFact.Other, version.CreatedAt);

    internal static async ValueTask AppendAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<ModelVersion> versions)
    {
        await LineageEdges.AppendAsync(session, workspace, await ReadAsync(session, workspace, [.. versions.Select(LineageVersion.Of)]));
        await LineageEdges.DescribeAsync(session, workspace, [.. versions.Select(static version => NodeOf(version.ModelId, version.Name, version.Version))], versions.Max(static version => version.CreatedAt));
    }

    internal static async ValueTask<List<GraphEdge>> ReadAsync(DbSession session, WorkspaceId workspace, IReadOnlyList<LineageVersion> versions)
    {
        var runs = await RunEdges.NodesAsync(session, workspace, [.. versions.Select(static version => version.RunId).OfType<string>().Distinct()]);
        var edges = new List<GraphEdge>();
        foreach (var version in versions)
        {
            var node = NodeOf(version.ModelId, version.Name, version.Version);
            if (version.RunId is { } run && runs.TryGetValue(run, out var from))
                edges.Add(new(from, node, version.CreatedAt));
            if (version.LoggedModelId is { } logged)
                edges.Add(new(RunEdges.LoggedModel(logged, runs.GetValueOrDefault(version.RunId ?? "")?.Guard), node, version.CreatedAt));
        }

        return edges;
    }
}
