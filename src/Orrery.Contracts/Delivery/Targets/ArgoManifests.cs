using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>What Argo CD needs to bring an environment's overlays to its cluster.</summary>
public static class ArgoManifests
{
    /// <summary>The AppProject of an environment: it may write these kinds into this namespace, from this repository.</summary>
    public static JsonObject Project(ArgoSettings argo, GitSettings git, string space, string environment)
    {
        ArgumentNullException.ThrowIfNull(argo);
        ArgumentNullException.ThrowIfNull(git);
        return new()
        {
            ["apiVersion"] = "argoproj.io/v1alpha1",
            ["kind"] = "AppProject",
            ["metadata"] = new JsonObject { ["name"] = ProjectName(argo, environment), ["namespace"] = argo.Namespace },
            ["spec"] = new JsonObject
            {
                ["description"] = $"Models in {environment}, delivered by Orrery",
                ["sourceRepos"] = new JsonArray(git.Url),
                ["destinations"] = new JsonArray(new JsonObject { ["server"] = argo.Destination, ["namespace"] = space }),
                ["namespaceResourceWhitelist"] = new JsonArray(
                    Kind("serving.kserve.io", "InferenceService"), Kind("networking.k8s.io", "NetworkPolicy"), Kind("policy", "PodDisruptionBudget")),
            },
        };
    }

    /// <summary>The Application of a deployment in an environment. A rollback is a commit that reverts, since Argo CD rolls nothing back while it syncs by itself.</summary>
    public static JsonObject Application(ArgoSettings argo, GitSettings git, string name, string overlay, string space, string environment)
    {
        ArgumentNullException.ThrowIfNull(argo);
        ArgumentNullException.ThrowIfNull(git);
        var policy = new JsonObject { ["syncOptions"] = new JsonArray("CreateNamespace=false", "ServerSideApply=true") };
        if (argo.AutoSync)
        {
            policy["automated"] = new JsonObject { ["prune"] = true, ["selfHeal"] = true };
            policy["retry"] = new JsonObject { ["limit"] = 5, ["backoff"] = new JsonObject { ["duration"] = "10s", ["factor"] = 2, ["maxDuration"] = "5m" } };
        }

        return new()
        {
            ["apiVersion"] = "argoproj.io/v1alpha1",
            ["kind"] = "Application",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{name}-{environment}",
                ["namespace"] = argo.Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "orrery", ["environment"] = KubeNames.Label(environment) },
            },
            ["spec"] = new JsonObject
            {
                ["project"] = ProjectName(argo, environment),
                ["source"] = new JsonObject { ["repoURL"] = git.Url, ["targetRevision"] = git.Branch, ["path"] = overlay },
                ["destination"] = new JsonObject { ["server"] = argo.Destination, ["namespace"] = space },
                ["syncPolicy"] = policy,
            },
        };
    }

    /// <summary>Name of an environment's AppProject.</summary>
    public static string ProjectName(ArgoSettings argo, string environment)
    {
        ArgumentNullException.ThrowIfNull(argo);
        return $"{argo.Project}-{KubeNames.Of(environment)}";
    }

    private static JsonObject Kind(string group, string kind) => new() { ["group"] = group, ["kind"] = kind };
}
