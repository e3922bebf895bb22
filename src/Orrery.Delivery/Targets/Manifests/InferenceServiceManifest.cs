using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>Makes the InferenceService of a release.</summary>
internal static class InferenceServiceManifest
{
    /// <summary>Longer than what preStop sleeps, or the pod is killed in it.</summary>
    private const int GraceSeconds = 150;

    private static readonly string[] Said = [ManifestNames.Model, ManifestNames.Version, ManifestNames.ModelSha256, ManifestNames.Delivery, ManifestNames.Approval];

    /// <summary>The whole manifest.</summary>
    public static JsonObject Create(ReleasePlan plan)
    {
        var knative = plan.Settings.Mode == "knative";
        var share = plan.Share;
        var canary = share < 100 && !knative;
        var manifest = new JsonObject
        {
            ["apiVersion"] = "serving.kserve.io/v1beta1",
            ["kind"] = "InferenceService",
            ["metadata"] = new JsonObject
            {
                ["name"] = plan.Name,
                ["namespace"] = plan.Settings.Namespace,
                ["labels"] = Labels(plan, canary),
                ["annotations"] = Annotations(plan, canary),
            },
        };
        var spec = new JsonObject { ["predictor"] = canary ? plan.Stable!.DeepClone() : Predictor(plan) };
        if (canary)
            spec["canary"] = new JsonArray(new JsonObject { ["trafficPercent"] = share, ["predictor"] = CanaryPredictor(plan) });
        else if (share < 100)
            spec["predictor"]!["canaryTrafficPercent"] = share;
        manifest["spec"] = spec;
        return manifest;
    }

    /// <summary>The name that a version's predictor has; KServe promotes a canary without a restart by its name.</summary>
    public static string VersionName(string version) => "v" + KubeNames.Label(version).ToLowerInvariant().Replace('.', '-').Replace('_', '-');

    private static JsonObject Labels(ReleasePlan plan, bool canary)
    {
        var labels = new JsonObject { ["app.kubernetes.io/managed-by"] = "orrery" };
        if (plan.Settings.Team is { } team)
            labels["team"] = KubeNames.Label(team);
        if (plan.Settings.CostCenter is { } center)
            labels["cost-center"] = KubeNames.Label(center);
        labels["model"] = KubeNames.Label(plan.Order.Model);
        // Labels say what answers; that there is a canary is in the annotations.
        labels["version"] = KubeNames.Label((canary ? ReleasePlan.Annotation(plan.Current, ManifestNames.Version) : null) ?? plan.Order.Version);
        labels["delivery"] = KubeNames.Label((canary ? ReleasePlan.Annotation(plan.Current, ManifestNames.Delivery) : null) ?? plan.Order.DeliveryId);
        return labels;
    }

    private static JsonObject Annotations(ReleasePlan plan, bool canary)
    {
        var settings = plan.Settings;
        var annotations = new JsonObject
        {
            [ManifestNames.DeploymentMode] = settings.Mode == "knative" ? "Knative" : "Standard",
        };
        if (settings.Mode != "knative")
            annotations[ManifestNames.AutoscalerClass] = settings.MaxReplicas > Replicas(plan) ? "hpa" : "none";
        if (canary)
        {
            foreach (var name in Said)
            {
                if (ReleasePlan.Annotation(plan.Current, name) is { } value)
                    annotations[name] = value;
            }
        }

        Say(annotations, plan.Order, canary ? ManifestNames.OfCanary : static name => name);
        return annotations;
    }

    private static void Say(JsonObject annotations, ReleaseOrder order, Func<string, string> named)
    {
        annotations[named(ManifestNames.Model)] = order.Model;
        annotations[named(ManifestNames.Version)] = order.Version;
        annotations[named(ManifestNames.ModelSha256)] = order.ModelSha256;
        annotations[named(ManifestNames.Delivery)] = order.DeliveryId;
        if (order.Approval is { } token)
            annotations[named(ManifestNames.Approval)] = token;
    }

    private static int Replicas(ReleasePlan plan) =>
        plan.Order.Replicas ?? (int?)ManifestRules.Whole(plan.Current?["spec"]?["predictor"]?["minReplicas"]) ?? plan.Settings.Replicas;

    private static JsonObject Predictor(ReleasePlan plan)
    {
        var (settings, replicas) = (plan.Settings, Replicas(plan));
        var knative = settings.Mode == "knative";
        var predictor = new JsonObject();
        if (!knative)
            predictor["name"] = VersionName(plan.Order.Version);
        predictor["minReplicas"] = replicas;
        predictor["maxReplicas"] = Math.Max(settings.MaxReplicas ?? replicas, Math.Max(replicas, 1));
        if (settings.MaxReplicas > replicas)
        {
            predictor["scaleMetric"] = settings.ScaleMetric ?? (knative ? "concurrency" : "cpu");
            predictor["scaleTarget"] = settings.ScaleTarget ?? (knative ? 10 : 70);
        }

        Pod(predictor, settings);
        predictor["model"] = Model(plan);
        return predictor;
    }

    private static JsonObject CanaryPredictor(ReleasePlan plan)
    {
        var stable = ManifestRules.Whole(plan.Stable?["minReplicas"]) ?? 1;
        var predictor = new JsonObject { ["name"] = VersionName(plan.Order.Version), ["minReplicas"] = Math.Min(Replicas(plan), stable) };
        Pod(predictor, plan.Settings);
        var model = new JsonObject { ["name"] = "kserve-container" };
        foreach (var (key, value) in Model(plan))
            model[key] = value?.DeepClone();
        predictor["model"] = model;
        return predictor;
    }

    private static void Pod(JsonObject predictor, KserveSettings settings)
    {
        if (settings.ServiceAccount is { } account)
            predictor["serviceAccountName"] = account;
        predictor["terminationGracePeriodSeconds"] = GraceSeconds;
    }

    private static JsonObject Model(ReleasePlan plan)
    {
        var (settings, order) = (plan.Settings, plan.Order);
        var model = new JsonObject { ["modelFormat"] = new JsonObject { ["name"] = settings.ModelFormat }, ["protocolVersion"] = settings.ProtocolVersion };
        if (settings.Runtime is { } runtime)
            model["runtime"] = runtime;
        model["storageUri"] = ManifestNames.StorageUri(settings.StorageUri, plan.Workspace, order.Model, order.Version, order.ModelSha256);
        model["resources"] = new JsonObject { ["requests"] = Resources(settings.Requests), ["limits"] = Resources(settings.Limits) };
        foreach (var field in ManifestPod.Fields)
            model[field] = ManifestPod.Of(field, settings.ProtocolVersion, plan.Name);
        return model;
    }

    private static JsonObject Resources(ComputeResources resources) => new() { ["cpu"] = resources.Cpu, ["memory"] = resources.Memory };
}
