using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Where things of the feature store have their pages.</summary>
internal static class FeatureLinks
{
    /// <summary>Page of what a search found; of a feature, that of its view.</summary>
    public static string Of(PageContext page, FeatureFound found) => found.Kind is "service"
        ? page.To("features", found.Project, "services", found.Name)
        : page.To("features", found.Project, "views", found.Name.Split(':')[0]);

    /// <summary>Page of a node of lineage; null for one that has none, or that the viewer may not see.</summary>
    public static string? Of(PageContext page, LineageNode node, string? inProject = null) => node switch
    {
        { Name: null } => null,
        { Kind: "view", Project: { } project } => page.To("features", project, "views", node.Name),
        { Kind: "service", Project: { } project } => page.To("features", project, "services", node.Name),
        { Kind: "training_set", Project: { } project, ObjectId: { } id } => page.To("features", project, "training-sets", id),
        { Kind: "training_set", ObjectId: { } id } when inProject is not null => page.To("features", inProject, "training-sets", id),
        { Kind: "source", Project: { } project } => page.Find("features/sources", ("project", project)) + "#" + Uri.EscapeDataString("source-" + node.Name),
        { Kind: "run", ObjectId: { } run } => page.To("runs", run),
        { Kind: "model_version" } when node.Name.LastIndexOf('/') is var cut and > 0 => page.To("models", node.Name[..cut], "versions", node.Name[(cut + 1)..]),
        { Kind: "model_version", Version: { } version } => page.To("models", node.Name, "versions", version.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        { Kind: "deployment_revision" } when node.Name.Split('/') is [var environment, var name, _] => page.To("deployments", environment, name),
        _ => null,
    };

    /// <summary>A kind for people.</summary>
    public static string Word(string kind) => kind switch
    {
        "view" => "feature view",
        "on_demand" => "on-demand view",
        "training_set" => "training set",
        "model_version" => "model version",
        "deployment_revision" => "deployment",
        _ => kind,
    };
}
