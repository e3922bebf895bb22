using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops features lineage</c>.</summary>
internal static class FeaturesLineage
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var view = new Option<string?>("--view") { Description = "A feature view: what it reads, and what came of it", HelpName = "name" };
        var source = new Option<string?>("--source") { Description = "A source: what came of it", HelpName = "name" };
        var set = new Option<string?>("--training-set") { Description = "A training set: what it came of, and the models that came of it", HelpName = "id" };
        var run = new Option<string?>("--run") { Description = "A run: what it came of, and the models that it made", HelpName = "id" };
        var model = new Option<string?>("--model") { Description = "A model version, as churn/3: what it came of", HelpName = "name/version" };
        return new Command("lineage", "What came of what: sources, views, training sets, runs and model versions. Name one of them.") { project, view, source, set, run, model }
            .Example("mlops features lineage -p rides --view driver_hourly")
            .Does(async session =>
        {
            var (args, features) = (session.Args, session.Client.Features);
            var graph = args.GetValue(run) is { } runId ? await features.GetRunLineageAsync(runId, session.Cancel)
                : args.GetValue(model) is { } version ? await features.GetModelVersionLineageAsync(Name(version), Version(version), session.Cancel)
                : await features.GetLineageAsync(args.GetValue(project)!, args.GetValue(view), args.GetValue(source), args.GetValue(set), session.Cancel);
            session.Output.Text(graph, Text(graph));
            return ExitCodes.Ok;
        });
    }

    // Sources first, models last: each line names what it came of.
    private static string Text(LineageGraph graph)
    {
        var text = new StringBuilder();
        var nodes = graph.Nodes.ToDictionary(static node => node.Id);
        string[] kinds = ["source", "view", "on_demand", "service", "training_set", "run", "model_version"];
        foreach (var node in graph.Nodes.OrderBy(node => Array.IndexOf(kinds, node.Kind)))
        {
            text.Append(Label(node));
            var from = graph.Edges.Where(edge => edge.To == node.Id && nodes.ContainsKey(edge.From)).Select(edge => Label(nodes[edge.From])).ToList();
            if (from.Count > 0)
                text.Append("\n    from ").AppendJoin("\n    from ", from);
            text.Append('\n');
        }

        return text.Append(graph.IsTruncated ? "There is more than this.\n" : "").ToString();
    }

    private static string Label(LineageNode node)
    {
        var kind = node.Kind.Replace('_', ' ');
        if (node.Name is null)
            return kind + " (one that you may not see)";
        var version = node.Version is not { } number ? "" : string.Create(CultureInfo.InvariantCulture, $"{(node.Kind == "model_version" ? "/" : "@v")}{number}");
        var id = node.ObjectId is null ? "" : $" {node.ObjectId}";
        var state = string.Join(", ", new[] { node.State }.OfType<string>().Where(static state => state != "None").Concat(node.Aliases.Select(static alias => "@" + alias)));
        return $"{kind} {node.Name}{version}{id}{(state.Length > 0 ? $" ({state})" : "")}";
    }

    private static string Name(string version) => version.LastIndexOf('/') is > 0 and var at ? version[..at] : version;

    private static string Version(string version) => version.LastIndexOf('/') is > 0 and var at ? version[(at + 1)..] : "";
}
