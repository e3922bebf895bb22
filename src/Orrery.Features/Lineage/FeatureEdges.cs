using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Lineage;

namespace Orrery.Features;

/// <summary>Edges of lineage from sources and their columns over views and their features to training sets, and to the data set that runs name.</summary>
internal static partial class FeatureEdges
{
    /// <summary>The edges of a project's definitions, every version that is kept.</summary>
    public static List<GraphEdge> Of(FeatureProject project, long at, QueryLineage queries)
    {
        var edges = new List<GraphEdge>();
        foreach (var view in project.ViewVersions.Values.OrderBy(static view => view.Name, StringComparer.Ordinal).ThenBy(static view => view.Version))
        {
            edges.AddRange(Of(project.Name, view, at, queries));
            if (view.Source.History is { Kind: SourceKind.Query } source)
                edges.AddRange(QueryEdges.Of(project, view, source, at, queries));
        }

        foreach (var view in project.OnDemandVersions.Values)
            edges.AddRange(Of(project.Name, view, at));
        return edges;
    }

    /// <summary>The edges of a finished training set: from the views and features that it has, and to the data set that runs log of it.</summary>
    /// <param name="project">Its project as it stands; null when it is gone.</param>
    /// <param name="manifest">What it was made of.</param>
    public static List<GraphEdge> Of(FeatureProject? project, Manifest manifest)
    {
        var at = manifest.CreatedAt.ToUnixTimeMilliseconds();
        var parts = TrainingPart.Of(manifest, manifest.Id).Where(static part => part.Kind is TrainingPart.View or TrainingPart.OnDemand).ToList();
        var guard = new NodeGuard(NodeGuard.FeatureView, [.. parts.Select(part => IdOf(project, part)).OfType<string>()]);
        if (parts.Exists(part => IdOf(project, part) is null))
            guard = new NodeGuard(NodeGuard.FeatureView);
        var set = new GraphNode(NodeKinds.TrainingSet, manifest.Id) { Name = manifest.Name, Guard = guard };
        var edges = new List<GraphEdge> { new(set, DatasetOf(manifest, guard), at) };
        foreach (var part in parts)
        {
            edges.Add(new(ViewNode(manifest.Project, part.Name, part.Version, IdOf(project, part)), set, at));
            edges.AddRange(part.Features.Select(feature => new GraphEdge(FeatureNode(manifest.Project, part.Name, part.Version, feature, IdOf(project, part)), set, at)));
        }

        return edges;
    }

    /// <summary>A materialization that ended, as other systems are told.</summary>
    public static LineageFact Materialized(MaterializationRow run, string type, long now, string? error) => new(NodeKinds.FeatureViewVersion, Key(run.Project, run.View, run.Version), type, now)
    {
        Job = $"materializations/{run.Project}/{run.View}",
        JobType = "MATERIALIZATION",
        RunId = run.RunId,
        Error = error,
    };

    /// <summary>The data set that runs log of a training set; its guard is the set's.</summary>
    public static GraphNode DatasetOf(Manifest manifest, NodeGuard guard)
    {
        var name = $"{manifest.Name}@{TrainingData.DigestOf(manifest.ContentHash)}";
        return new(NodeKinds.Dataset, $"{TrainingData.SourceType}|{name}") { Name = name, Guard = guard };
    }

    private static IEnumerable<GraphEdge> Of(string project, FeatureView view, long at, QueryLineage queries)
    {
        var node = ViewNode(project, view.Name, view.Version, view.Id);
        foreach (var source in new[] { view.Source, view.Source.History }.DistinctBy(static source => source.Name))
        {
            yield return new(SourceNode(project, source, view.Id, queries), node, at);
            foreach (var field in view.Fields)
            {
                var feature = FeatureNode(project, view.Name, view.Version, field.Name, view.Id);
                yield return new(ColumnNode(project, source.Name, source.Column(field.Name), view.Id), feature, at);
            }
        }
    }

    private static IEnumerable<GraphEdge> Of(string project, OnDemandView view, long at)
    {
        var node = ViewNode(project, view.Name, view.Version, view.Id);
        foreach (var input in view.Inputs.Select(static input => input.View).DistinctBy(static input => input.NameWithVersion))
            yield return new(ViewNode(project, input.Name, input.Version, input.Id), node, at);
        for (var place = 0; place < view.Fields.Count; place++)
        {
            var words = Word.Matches(view.Expressions[place].Text).Select(static word => word.Value).ToHashSet(StringComparer.Ordinal);
            var feature = FeatureNode(project, view.Name, view.Version, view.Fields[place].Name, view.Id);
            foreach (var input in view.Inputs.Where(input => words.Contains(input.Name) || words.Contains($"{input.View.Name}__{input.Name}")))
                yield return new(FeatureNode(project, input.View.Name, input.View.Version, input.Name, input.View.Id), feature, at);
            foreach (var earlier in view.Fields.Take(place).Where(field => words.Contains(field.Name)))
                yield return new(FeatureNode(project, view.Name, view.Version, earlier.Name, view.Id), feature, at);
        }
    }

    private static string? IdOf(FeatureProject? project, TrainingPart part) => part.Kind == TrainingPart.View
        ? project?.FindView(part.Name, part.Version)?.Id
        : project?.FindOnDemand(part.Name, part.Version)?.Id;

    internal static GraphNode SourceNode(string project, FeatureSource source, string view, QueryLineage queries) => new(NodeKinds.Source, $"{project}/{source.Name}")
    {
        Guard = GuardOf(view),
        Detail = source.Kind is SourceKind.Query ? QueryEdges.DetailOf(queries.Of(source.Document.Query ?? "")) : null,
    };

    internal static GraphNode ColumnNode(string project, string source, string column, string view) => new(NodeKinds.SourceColumn, $"{project}/{source}#{column}") { Guard = GuardOf(view) };

    internal static GraphNode ViewNode(string project, string view, int version, string? id) => new(NodeKinds.FeatureViewVersion, Key(project, view, version)) { Guard = GuardOf(id) };

    internal static GraphNode FeatureNode(string project, string view, int version, string feature, string? id) =>
        new(NodeKinds.Feature, $"{Key(project, view, version)}#{feature}") { Guard = GuardOf(id) };

    private static string Key(string project, string view, int version) => string.Create(CultureInfo.InvariantCulture, $"{project}/{view}@v{version}");

    private static NodeGuard GuardOf(string? view) => view is null ? new(NodeGuard.FeatureView) : new(NodeGuard.FeatureView, view);

    // What an expression may name. A word within a text counts too: rather an edge too many than one too few.
    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word { get; }
}
