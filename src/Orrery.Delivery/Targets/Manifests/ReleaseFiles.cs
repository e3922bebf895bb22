using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>
/// The files of a release in a repository: a base of what all environments share, an overlay for each environment with the whole InferenceService in it, so that
/// what an approval covers stands in one file, and Argo CD's manifests.
/// </summary>
internal static class ReleaseFiles
{
    private const string Written = "Written by Orrery for each delivery; changes here are replaced by the next.";

    /// <summary>Folder of a deployment.</summary>
    public static string Folder(KserveSettings settings, string name) => (settings.Git?.Path is { Length: > 0 } path ? path.Trim('/') + "/" : "") + KubeNames.Of(name);

    /// <summary>Folder of its overlay.</summary>
    public static string Overlay(KserveSettings settings, string name, string environment) => $"{Folder(settings, name)}/{ManifestNames.Overlays}/{environment}";

    /// <summary>File of its InferenceService.</summary>
    public static string InferenceService(KserveSettings settings, string name, string environment) =>
        $"{Overlay(settings, name, environment)}/{ManifestNames.InferenceServiceFile}";

    /// <summary>All files, by path.</summary>
    public static SortedDictionary<string, string> Create(ReleasePlan plan, JsonObject inferenceService)
    {
        var environment = plan.Order.Target.Environment;
        var (folder, overlay) = (Folder(plan.Settings, plan.Order.Name), Overlay(plan.Settings, plan.Order.Name, environment));
        var replicas = ManifestRules.Whole(inferenceService["spec"]?["predictor"]?["minReplicas"]) ?? 1;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [$"{folder}/base/kustomization.yaml"] = YamlText.Write(Kustomization(null, ["networkpolicy.yaml"]), Written),
            [$"{folder}/base/networkpolicy.yaml"] = YamlText.Write(NetworkPolicy(plan.Name), Written),
            [$"{overlay}/{ManifestNames.InferenceServiceFile}"] = YamlText.Write(inferenceService, Written),
        };
        List<string> resources = ["../../base", ManifestNames.InferenceServiceFile];
        if (replicas > 1)
        {
            files[$"{overlay}/pdb.yaml"] = YamlText.Write(DisruptionBudget(plan.Name), Written);
            resources.Add("pdb.yaml");
        }

        files[$"{overlay}/kustomization.yaml"] = YamlText.Write(Kustomization(plan.Settings.Namespace, resources), Written);
        if (plan.Settings.Argo is { } argo && plan.Settings.Git is { } git)
        {
            var root = git.Path.Length > 0 ? git.Path.Trim('/') + "/" : "";
            files[$"{root}argocd/project-{environment}.yaml"] = YamlText.Write(ArgoManifests.Project(argo, git, plan.Settings.Namespace, environment), Written);
            files[$"{root}argocd/{plan.Name}-{environment}.yaml"] = YamlText.Write(ArgoManifests.Application(argo, git, plan.Name, overlay, plan.Settings.Namespace, environment), Written);
        }

        return files;
    }

    /// <summary>SHA-256 of files: of the lines <c>sha256, two spaces, path</c>, sorted by path.</summary>
    public static string Hash(IEnumerable<KeyValuePair<string, string>> files)
    {
        var lines = new StringBuilder();
        foreach (var (path, text) in files.OrderBy(static one => one.Key, StringComparer.Ordinal))
            lines.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}  {path}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static JsonObject Kustomization(string? space, IEnumerable<string> resources)
    {
        var made = new JsonObject { ["apiVersion"] = "kustomize.config.k8s.io/v1beta1", ["kind"] = "Kustomization" };
        if (space is not null)
            made["namespace"] = space;
        made["resources"] = new JsonArray([.. resources.Select(static one => (JsonNode)one)]);
        return made;
    }

    private static JsonObject Selector(string name) => new() { ["matchLabels"] = new JsonObject { ["serving.kserve.io/inferenceservice"] = name } };

    private static JsonObject DisruptionBudget(string name) => new()
    {
        ["apiVersion"] = "policy/v1",
        ["kind"] = "PodDisruptionBudget",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["maxUnavailable"] = 1, ["selector"] = Selector(name) },
    };

    // In: what asks the model, on the ports of KServe's runtimes and of Knative's queue. Out: names, and storage over HTTPS.
    private static JsonObject NetworkPolicy(string name) => new()
    {
        ["apiVersion"] = "networking.k8s.io/v1",
        ["kind"] = "NetworkPolicy",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = Selector(name),
            ["policyTypes"] = new JsonArray("Ingress", "Egress"),
            ["ingress"] = new JsonArray(new JsonObject { ["ports"] = new JsonArray(Port(8012), Port(8013), Port(8022), Port(8080), Port(8081), Port(9091)) }),
            ["egress"] = new JsonArray(
                new JsonObject { ["ports"] = new JsonArray(Port(53, "UDP"), Port(53)) },
                new JsonObject { ["ports"] = new JsonArray(Port(443)) }),
        },
    };

    private static JsonObject Port(int port, string protocol = "TCP") => new() { ["protocol"] = protocol, ["port"] = port };
}
