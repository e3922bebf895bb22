using System.Text.RegularExpressions;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Things of the lineage graph, for people.</summary>
internal static partial class LineageNodes
{
    // Colours that stand out on light and dark, by what a thing is.
    private static readonly Dictionary<string, string> Colours = new(StringComparer.Ordinal)
    {
        ["source"] = "#4299e1",
        ["source_column"] = "#4299e1",
        ["dataset"] = "#4299e1",
        ["dataset_column"] = "#4299e1",
        ["feature_view_version"] = "#17a2b8",
        ["feature"] = "#17a2b8",
        ["training_set"] = "#0ca678",
        ["code_commit"] = "#667382",
        ["environment"] = "#667382",
        ["job"] = "#667382",
        ["run"] = "#ae3ec9",
        ["logged_model"] = "#ae3ec9",
        ["model_version"] = "#d6336c",
        ["approval"] = "#74b816",
        ["report"] = "#f59f00",
        ["deployment_revision"] = "#f76707",
        ["prediction"] = "#d63939",
        ["label"] = "#d63939",
    };

    /// <summary>What it is, in words.</summary>
    public static string Kind(string kind) => kind.Replace('_', ' ');

    /// <summary>What it is called; what may not be seen has no name.</summary>
    public static string Name(LineageNode node) => node.Name ?? "(not for you to see)";

    /// <summary>Its name, short enough for a drawing.</summary>
    public static string Label(LineageNode node)
    {
        var name = LongHash().Replace(Name(node), static hash => hash.Value[..8] + "…");
        if (node.Kind == "report" && name.LastIndexOf(' ') is > 0 and var blank)
            name = name[..blank];
        return name.Length > 30 ? name[..28] + "…" : name;
    }

    /// <summary>Colour of its kind.</summary>
    public static string Colour(string kind) => Colours.GetValueOrDefault(kind, "#667382");

    /// <summary>Its own page; null where it has none.</summary>
    public static string? Page(PageContext page, LineageNode node) => (node.Kind, node.Name?.Split('/')) switch
    {
        ("model_version", [var model, var version]) => page.To("models", model, "versions", version),
        ("deployment_revision", [var environment, var name, _]) => page.To("deployments", environment, name),
        ("run", _) when node.ObjectId is { } run => page.To("runs", run),
        ("approval", _) when node.ObjectId is { } approval => page.To("approvals", approval),
        ("prediction", _) when node.ObjectId is { } prediction => page.To("lineage", "predictions", prediction),
        _ => null,
    };

    /// <summary>The graph around it; null for what may not be seen.</summary>
    public static string? Graph(PageContext page, LineageNode node) =>
        node.Name is null || node.Kind is "prediction" or "label" ? null : page.Find("lineage", ("node", node.Id), ("direction", page.Query("direction")), ("depth", page.Query("depth")));

    [GeneratedRegex("[0-9a-f]{16,}")]
    private static partial Regex LongHash();
}
