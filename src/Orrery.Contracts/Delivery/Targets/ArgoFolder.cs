using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>
/// Checks Argo CD's manifests of a repository: they say what is brought where, so that those of a governed environment are exactly what deliveries write, and no
/// other aims at its place in the cluster.
/// </summary>
public static class ArgoFolder
{
    /// <summary>The folder, beside the deployments'.</summary>
    public const string Name = "argocd";

    private static readonly string[] KustomizationFields = ["apiVersion", "kind", "resources"];

    /// <summary>Whether a file belongs to Argo CD, and to no deployment of that name.</summary>
    /// <param name="path">'/'-separated.</param>
    public static bool Has(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ManifestFolder.EnvironmentOf(path) is null && !ManifestFolder.IsBase(path) && IsBelow(path);
    }

    /// <summary>What is wrong with the files of the folder; empty for a target without Argo CD's manifests.</summary>
    /// <param name="files">Of the repository.</param>
    /// <param name="environment">The governed environment.</param>
    /// <param name="settings">Of its target.</param>
    public static IReadOnlyList<ManifestFault> Problems(IEnumerable<ManifestFile> files, string environment, KserveSettings settings)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings is not { Argo: { } argo, Git: { } git })
            return [];
        var aim = new Aim(argo, git, settings.Namespace, environment);
        var faults = new List<ManifestFault>();
        foreach (var file in files.Where(static file => IsBelow(file.Path)))
        {
            // What applies the folder may apply its folders too.
            var problem = file.Path.Split('/') is not [.., Name, _] ? $"Only files stand in {Name}/; keep folders outside." : file.Problem
                ?? (ManifestFolder.IsManifest(file.Path) ? file.Documents.Count == 0 ? null : file.Documents is [JsonObject one] ? aim.Problem(one) : "It holds several documents; deliveries write one." : "Only .yaml files belong here.");
            if (problem is not null)
                faults.Add(new(file.Path, problem));
        }

        return faults;
    }

    private static bool IsBelow(string path) => ("/" + path).Contains($"/{Name}/", StringComparison.Ordinal);

    private sealed record Aim(ArgoSettings Argo, GitSettings Git, string Space, string Environment)
    {
        private string Project => ArgoManifests.ProjectName(Argo, Environment);

        public string? Problem(JsonObject document) => (ManifestRules.Text(document["apiVersion"]), ManifestRules.Text(document["kind"])) switch
        {
            ("argoproj.io/v1alpha1", "Application") => OfApplication(document),
            ("argoproj.io/v1alpha1", "AppProject") => OfProject(document),
            (_, "Kustomization") => OfKustomization(document),
            var (_, kind) => $"kind {kind} is not what deliveries write beside a governed environment; keep it outside of {Name}/.",
        };

        private string? OfApplication(JsonObject document)
        {
            var name = ManifestRules.Text(document["metadata"]?["name"]) ?? "";
            if (name.EndsWith("-" + Environment, StringComparison.Ordinal))
            {
                var deployment = name[..^(Environment.Length + 1)];
                var overlay = $"{(Git.Path.Length > 0 ? Git.Path.Trim('/') + "/" : "")}{deployment}/{ManifestNames.Overlays}/{Environment}";
                if (ManifestNodes.AreSame(ArgoManifests.Application(Argo, Git, deployment, overlay, Space, Environment), document))
                    return null;
            }

            var spec = document["spec"];
            if (ManifestRules.Text(spec?["project"]) == Project)
                return $"Application {name} is of project {Project} and not what deliveries write for {Environment}; revert it, or deliver anew.";
            return Reaches(spec?["destination"]) ? $"Application {name} brings something else to {Environment} (namespace {Space})." : null;
        }

        private string? OfProject(JsonObject document)
        {
            if (ManifestNodes.AreSame(ArgoManifests.Project(Argo, Git, Space, Environment), document))
                return null;
            var name = ManifestRules.Text(document["metadata"]?["name"]);
            if (name == Project)
                return $"AppProject {name} is not what deliveries write for {Environment}; revert it, or deliver anew.";
            if (!ManifestNodes.IsNothing(document["spec"]?["clusterResourceWhitelist"]))
                return $"AppProject {name} may write what is of the whole cluster, and so of {Environment}.";
            return (document["spec"]?["destinations"] as JsonArray ?? []).Any(Reaches) ? $"AppProject {name} may write to {Environment} (namespace {Space})." : null;
        }

        private static string? OfKustomization(JsonObject document)
        {
            foreach (var (key, _) in document)
            {
                if (!KustomizationFields.Contains(key))
                    return $"'{key}' could change what Argo CD is told; the kustomization here has {string.Join(", ", KustomizationFields)} only.";
            }

            return (document["resources"] as JsonArray ?? []).Any(static one => ManifestRules.Text(one) is not { } file || file.Contains('/', StringComparison.Ordinal) || !file.EndsWith(".yaml", StringComparison.Ordinal))
                ? "Its resources must be files of the folder."
                : null;
        }

        // What cannot be told to be elsewhere counts as here: patterns, and clusters by a name.
        private bool Reaches(JsonNode? destination)
        {
            var (server, space) = (ManifestRules.Text(destination?["server"]), ManifestRules.Text(destination?["namespace"]));
            return (server is null || server == Argo.Destination || server.Contains('*', StringComparison.Ordinal)) && (space is null || space == Space || space.Contains('*', StringComparison.Ordinal));
        }
    }
}
