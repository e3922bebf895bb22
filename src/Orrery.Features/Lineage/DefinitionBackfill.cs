using System.Text.Json;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Features;

/// <summary>The definitions and training sets of before the graph: first the definitions of each project, then the sets.</summary>
internal sealed class DefinitionBackfill(Db db, Projects projects, QueryLineage queries) : ILineageBackfill
{
    private const int Page = 100;
    private const string Sets = "set:";

    /// <inheritdoc/>
    public string Name => "features.definitions_and_sets";

    /// <inheritdoc/>
    public async ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel) =>
        after.StartsWith(Sets, StringComparison.Ordinal) ? await SetsAsync(actor, after[Sets.Length..], cancel) : await ProjectAsync(actor, after, cancel);

    private async ValueTask<BackfillPart> ProjectAsync(Actor actor, string after, CancellationToken cancel)
    {
        var (name, at) = await db.ReadAsync(session => SetEdgeStore.NextProjectAsync(session, actor.Workspace, after), cancel);
        if (name is null)
            return new BackfillPart([], [], Sets);
        return new BackfillPart((await projects.FindAsync(actor, name, cancel)).Failed(out _, out var project) ? [] : FeatureEdges.Of(project, at, queries), [], name);
    }

    private async ValueTask<BackfillPart> SetsAsync(Actor actor, string after, CancellationToken cancel)
    {
        var sets = await db.ReadAsync(session => SetEdgeStore.PageAsync(session, actor.Workspace, after, Page), cancel);
        var (edges, nodes) = (new List<GraphEdge>(), new List<GraphNode>());
        foreach (var manifest in sets.Select(static set => JsonSerializer.Deserialize(set.Manifest, ManifestJson.Default.Manifest)!))
        {
            var drawn = FeatureEdges.Of((await projects.FindAsync(actor, manifest.Project, cancel)).Failed(out _, out var project) ? null : project, manifest);
            edges.AddRange(drawn);
            nodes.AddRange([drawn[0].From, drawn[0].To]);
        }

        return new BackfillPart(edges, nodes, sets.Count < Page ? null : Sets + sets[^1].Id);
    }
}
