using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Lineage as lines of text.</summary>
internal static class LineageText
{
    /// <summary>Each node on a line, nearest first, and below it what it came of.</summary>
    public static string Of(LineageGraph graph)
    {
        var text = new StringBuilder();
        var nodes = graph.Nodes.ToDictionary(static node => node.Id, StringComparer.Ordinal);
        var sources = graph.Edges.ToLookup(static edge => edge.To, static edge => edge.From, StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            text.Append(Label(node)).Append('\n');
            foreach (var from in sources[node.Id])
                text.Append("    from ").Append(nodes.TryGetValue(from, out var known) ? Label(known) : from).Append('\n');
        }

        return text.Append(More(graph.IsTruncated, graph.NextPageToken)).ToString();
    }

    /// <summary>A node on a line.</summary>
    public static string Label(LineageNode node)
    {
        var kind = node.Kind.Replace('_', ' ');
        return node.Name is null ? $"{kind} (one that you may not see)" : node.Name == node.ObjectId || node.ObjectId is null ? $"{kind} {node.Name}" : $"{kind} {node.Name} ({node.ObjectId})";
    }

    /// <summary>What was left out.</summary>
    public static string More(bool isTruncated, string? token) =>
        (token is null ? "" : $"There is more: --page-token {token}\n") + (isTruncated ? "The graph is larger than what was walked: ask from nearer, or with fewer steps.\n" : "");
}
