using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Registry;

namespace Orrery.Serving;

/// <summary>Edges of lineage from model versions to the deployment revisions that serve them.</summary>
internal sealed class RevisionEdges(ModelVersions versions)
{
    /// <summary>The node of a revision.</summary>
    public static GraphNode NodeOf(string environment, string name, long revision) =>
        new(NodeKinds.DeploymentRevision, string.Create(CultureInfo.InvariantCulture, $"{environment}/{name}/{revision}")) { Guard = new(NodeGuard.Serving) };

    /// <summary>The nodes of the versions that a deployment is to serve; those that are gone are left out.</summary>
    public async ValueTask<IReadOnlyList<GraphNode>> VersionsAsync(Actor actor, DeploymentSpec spec, CancellationToken cancel)
    {
        var nodes = new List<GraphNode>();
        foreach (var variant in spec.Variants.DistinctBy(static variant => (variant.Model, variant.Version)))
        {
            if (!(await versions.GetAsync(actor, variant.Model, variant.Version, cancel)).Failed(out _, out var found))
                nodes.Add(VersionEdges.NodeOf(found.ModelId, found.Name, found.Version));
        }

        return nodes;
    }

    /// <summary>The edges to a revision.</summary>
    public static List<GraphEdge> Of(DeploymentRow row, IReadOnlyList<GraphNode> served) =>
        [.. served.Select(version => new GraphEdge(version, NodeOf(row.Key.Environment, row.Key.Name, row.Revision), row.UpdatedAt))];
}
