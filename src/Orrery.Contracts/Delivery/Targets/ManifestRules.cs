using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orrery.Contracts;

/// <summary>
/// What KServe's custom resource and its webhook ask of an InferenceService v1beta1, checked before anything is written. Types and unknown fields are the
/// resource's schema's; these are the rules that a schema cannot say.
/// </summary>
public static partial class ManifestRules
{
    /// <summary>Seconds that a pod is kept while others notice that it goes.</summary>
    public const int PreStopSeconds = 120;

    private static readonly string[] Frameworks =
        ["model", "sklearn", "xgboost", "lightgbm", "onnx", "pytorch", "tensorflow", "triton", "pmml", "paddle", "huggingface"];

    private static readonly string[] Components = ["predictor", "transformer", "explainer"];

    /// <summary>What is wrong, each with its path; empty for nothing.</summary>
    public static IReadOnlyList<string> Problems(JsonObject manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var faults = new List<string>();
        if (Text(manifest["apiVersion"]) is not "serving.kserve.io/v1beta1")
            faults.Add($"apiVersion is '{Text(manifest["apiVersion"])}'; it must be serving.kserve.io/v1beta1.");
        if (Text(manifest["kind"]) is not "InferenceService")
            faults.Add($"kind is '{Text(manifest["kind"])}'; it must be InferenceService.");
        var name = Text(manifest["metadata"]?["name"]) ?? "";
        if (!Name.IsMatch(name) || name.Length > 63)
            faults.Add($"metadata.name is '{name}'; it must be up to 63 lower-case letters, digits and inner hyphens, a letter first.");
        if (manifest["spec"] is not JsonObject spec || spec["predictor"] is not JsonObject predictor)
        {
            faults.Add("spec.predictor is missing.");
            return faults;
        }

        var annotations = manifest["metadata"]?["annotations"] as JsonObject;
        var mode = Text(annotations?[ManifestNames.DeploymentMode]) ?? "Standard";
        if (mode is not ("Standard" or "RawDeployment" or "Knative" or "Serverless" or "ModelMesh"))
            faults.Add($"The annotation {ManifestNames.DeploymentMode} is '{mode}'; it must be Standard or Knative.");
        var scaler = Text(annotations?[ManifestNames.AutoscalerClass]);
        if (scaler is not (null or "hpa" or "external" or "keda" or "none"))
            faults.Add($"The annotation {ManifestNames.AutoscalerClass} is '{scaler}'; it must be hpa, external, keda or none.");
        foreach (var component in Components)
        {
            if (spec[component] is JsonObject one)
                Component(one, $"spec.{component}", component == "predictor", mode is "Knative" or "Serverless", scaler, faults);
        }

        Canaries(spec["canary"] as JsonArray, predictor, mode, faults);
        return faults;
    }

    private static void Component(JsonObject component, string path, bool predictor, bool knative, string? scaler, List<string> faults, bool canary = false)
    {
        Implementations(component, path, predictor, canary, faults);
        Scaling(component, path, knative, scaler, faults);
        if (Text(component["logger"]?["mode"]) is var mode && component["logger"] is not null && mode is not ("all" or "request" or "response"))
            faults.Add($"{path}.logger.mode is '{mode}'; it must be all, request or response.");
        if (component["logger"]?["storage"] is JsonObject kept && (kept["path"] is null || kept["parameters"] is null || kept["key"] is null))
            faults.Add($"{path}.logger.storage needs path, parameters and key.");
        foreach (var container in Containers(component))
        {
            if (container["env"] is JsonArray variables && variables.Any(static one => Text(one?["name"]) is "PYTHONPATH"))
                faults.Add($"{path} sets the variable PYTHONPATH, which KServe refuses.");
            Grace(component, container, path, faults);
        }
    }

    private static void Implementations(JsonObject component, string path, bool predictor, bool canary, List<string> faults)
    {
        var used = predictor ? Frameworks.Where(component.ContainsKey).ToList() : component.ContainsKey("art") ? ["art"] : [];
        var containers = component["containers"] as JsonArray;
        var custom = containers is { Count: > 0 } && (used.Count == 0 || containers.Any(static one => Text(one?["name"]) is "kserve-container"));
        if (used.Count + (custom ? 1 : 0) != 1)
        {
            faults.Add($"{path} has {(used.Count + (custom ? 1 : 0)).ToString(CultureInfo.InvariantCulture)} implementations"
                + $" ({string.Join(", ", custom ? [.. used, "containers"] : used)}); exactly one must be specified.");
        }

        foreach (var key in used)
        {
            if (component[key] is not JsonObject framework)
                continue;
            // The resource's schema asks for it in a canary, and the webhook refuses it elsewhere.
            if (canary && string.IsNullOrEmpty(Text(framework["name"])))
                faults.Add($"{path}.{key}.name is missing; a canary's container needs one.");
            if (!canary && framework.ContainsKey("name"))
                faults.Add($"{path}.{key}.name is set; the 'name' field is not allowed in standard predictors.");
            if (key == "model" && string.IsNullOrEmpty(Text(framework["modelFormat"]?["name"])))
                faults.Add($"{path}.model.modelFormat.name is missing.");
            if (framework["storageUri"] is not null && component["storageUris"] is not null)
                faults.Add($"{path} has both storageUri and storageUris; give one.");
            if (Text(framework["storageUri"]) is { } uri && !Storage.IsMatch(uri))
                faults.Add($"{path}.{key}.storageUri is '{uri}'; it must begin with s3://, gs://, hdfs://, webhdfs://, https://, http://, file://, pvc://, hf://, modelscope:// or oci://.");
            if (framework["confidential"] is JsonObject secret && (secret["enabled"] is null || framework["storageUri"] is null))
                faults.Add($"{path}.{key}.confidential needs enabled, and a storageUri.");
        }

        StorageUris(component["storageUris"] as JsonArray, path, faults);
    }

    private static void StorageUris(JsonArray? uris, string path, List<string> faults)
    {
        if (uris is null)
            return;
        if (uris.Count == 0)
            faults.Add($"{path}.storageUris is empty; give at least one.");
        foreach (var one in uris)
        {
            if (string.IsNullOrEmpty(Text(one?["uri"])))
                faults.Add($"{path}.storageUris has an entry without uri.");
            if (Text(one?["mountPath"]) is { } mount && (mount.Length > 255 || mount is "/" || mount[..Math.Min(1, mount.Length)] is not "/" || mount.Split('/').Contains("..")))
                faults.Add($"{path}.storageUris mounts at '{mount}'; it must be an absolute path of up to 255 characters, other than / and without '..'.");
        }
    }

    private static void Scaling(JsonObject component, string path, bool knative, string? scaler, List<string> faults)
    {
        var (least, most) = (Whole(component["minReplicas"]) ?? 1, Whole(component["maxReplicas"]) ?? 0);
        if (least < 0 || most < 0)
            faults.Add($"{path}: minReplicas and maxReplicas must be 0 or more.");
        else if (most != 0 && least > most)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: minReplicas is {least}, more than maxReplicas, {most}."));
        if (Whole(component["containerConcurrency"]) < 0)
            faults.Add($"{path}.containerConcurrency must be 0 or more.");
        if (Whole(component["canaryTrafficPercent"]) is < 0 or > 100)
            faults.Add($"{path}.canaryTrafficPercent must be 0 to 100.");
        var (metric, target) = (Text(component["scaleMetric"]), Whole(component["scaleTarget"]));
        if (metric is not (null or "cpu" or "memory" or "concurrency" or "rps"))
            faults.Add($"{path}.scaleMetric is '{metric}'; it must be cpu, memory, concurrency or rps.");
        if (knative)
        {
            if (metric is "cpu" or "memory")
                faults.Add($"{path}.scaleMetric is '{metric}'; with Knative it must be concurrency or rps.");
            if (metric is "rps" && target is < 1)
                faults.Add($"{path}.scaleTarget must be 1 or more requests a second.");
            if (component["deploymentStrategy"] is not null)
                faults.Add($"{path}.deploymentStrategy is for the Standard mode only.");
            return;
        }

        if (scaler is "keda" && metric is not null)
            faults.Add($"{path}.scaleMetric is not allowed with the autoscaler keda; use autoScaling.");
        if (scaler is null or "hpa" && metric is "concurrency" or "rps")
            faults.Add($"{path}.scaleMetric is '{metric}'; without Knative it must be cpu or memory.");
        if (metric is "cpu" or "memory" && target is < 1 or > 100)
            faults.Add($"{path}.scaleTarget must be 1 to 100 percent.");
        if (component["canaryTrafficPercent"] is not null)
            faults.Add($"{path}.canaryTrafficPercent is ignored without Knative; use spec.canary.");
    }

    private static void Canaries(JsonArray? canaries, JsonObject stable, string mode, List<string> faults)
    {
        if (canaries is null or { Count: 0 })
            return;
        if (mode is not "Standard")
            faults.Add($"spec.canary needs the annotation {ManifestNames.DeploymentMode}: Standard.");
        if (stable["model"] is null)
            faults.Add("spec.canary needs a model in spec.predictor.");
        var names = new HashSet<string>(StringComparer.Ordinal) { Text(stable["name"]) ?? "" };
        var sum = 0L;
        for (var at = 0; at < canaries.Count; at++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.canary[{at}]");
            if (Whole(canaries[at]?["trafficPercent"]) is not (>= 0 and <= 100 and var percent))
            {
                faults.Add($"{path}.trafficPercent must be a whole number of 0 to 100.");
                percent = 0;
            }

            sum += percent;
            if (canaries[at]?["predictor"] is not JsonObject predictor)
            {
                faults.Add($"{path}.predictor is missing.");
                continue;
            }

            var name = Text(predictor["name"]) ?? "";
            if (!Name.IsMatch(name) || !names.Add(name))
                faults.Add($"{path}.predictor.name is '{name}'; it must be a name of its own: lower-case letters, digits and inner hyphens, a letter first.");
            foreach (var key in (string[])["maxReplicas", "scaleTarget", "scaleMetric", "autoScaling", "workerSpec"])
            {
                if (predictor.ContainsKey(key))
                    faults.Add($"{path}.predictor.{key} is not allowed in a canary.");
            }

            if (Whole(predictor["minReplicas"]) > (Whole(stable["minReplicas"]) ?? 1))
                faults.Add($"{path}.predictor.minReplicas is more than the stable predictor's.");
            Component(predictor, path + ".predictor", predictor: true, knative: false, scaler: "none", faults, canary: true);
        }

        if (sum > 100)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"spec.canary gives away {sum} percent; the sum may be 100."));
    }

    // A pod that sleeps before it ends needs more time than the sleep, or it is killed in it.
    private static void Grace(JsonObject component, JsonObject container, string path, List<string> faults)
    {
        if (container["lifecycle"]?["preStop"]?["exec"]?["command"] is not JsonArray command || command.Count < 2 || Text(command[0]) is not ("sleep" or "/bin/sleep"))
            return;
        var grace = Whole(component["terminationGracePeriodSeconds"]) ?? 30;
        if (long.TryParse(Text(command[1]), CultureInfo.InvariantCulture, out var sleep) && grace <= sleep)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}.terminationGracePeriodSeconds is {grace}; it must be more than the {sleep} s that preStop sleeps."));
    }

    private static IEnumerable<JsonObject> Containers(JsonObject component) =>
        Frameworks.Select(key => component[key]).OfType<JsonObject>().Concat((component["containers"] as JsonArray)?.OfType<JsonObject>() ?? []);

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToString();

    /// <summary>A whole number; null for what is none.</summary>
    public static long? Whole(JsonNode? node) =>
        node is JsonValue value && long.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    [GeneratedRegex("^(gs|s3|hdfs|webhdfs|file|pvc|https?|hf|modelscope|oci|oci\\+native)://.+", RegexOptions.CultureInvariant)]
    private static partial Regex Storage { get; }
}
