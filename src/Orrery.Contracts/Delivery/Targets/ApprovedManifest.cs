using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>Whether an InferenceService of a governed environment carries the approvals that cover it, and runs nothing besides.</summary>
public static class ApprovedManifest
{
    private static readonly string[] OfModel = ["name", "modelFormat", "protocolVersion", "runtime", "storageUri", "resources", .. ManifestPod.Fields];

    // Numbers and places may be changed by hand; what runs, and as whom, may not.
    private static readonly string[] OfPredictor =
    [
        "name", "model", "minReplicas", "maxReplicas", "scaleMetric", "scaleTarget", "scaleMetricType", "canaryTrafficPercent", "serviceAccountName",
        "terminationGracePeriodSeconds", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints", "timeout", "containerConcurrency",
    ];

    private static readonly string[] Said = [ManifestNames.Model, ManifestNames.Version, ManifestNames.ModelSha256, ManifestNames.Delivery, ManifestNames.Approval];

    // KServe gives annotations and labels on to pods, where they choose credentials, sidecars and places of files.
    private static readonly string[] Annotations = [.. Said, .. Said.Select(ManifestNames.OfCanary), ManifestNames.DeploymentMode, ManifestNames.AutoscalerClass];

    private static readonly string[] Labels = ["app.kubernetes.io/managed-by", "team", "cost-center", "model", "version", "delivery"];

    // What appliers and KServe's own webhook write; they change nothing of what runs.
    private static readonly string[] OfTools = ["kubectl.kubernetes.io/last-applied-configuration", "app.kubernetes.io/instance", "modelClass"];

    /// <summary>What is wrong; empty when each version that gets traffic has a token of its own that holds.</summary>
    /// <param name="manifest">The InferenceService.</param>
    /// <param name="environment">Whose.</param>
    /// <param name="rules">What tokens are held against.</param>
    public static IReadOnlyList<string> Problems(JsonObject manifest, string environment, ApprovalRules rules)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(rules);
        if (manifest["spec"] is not JsonObject spec || spec["predictor"] is not JsonObject predictor)
            return ["spec.predictor is missing."];
        var faults = new List<string>();
        Metadata(manifest["metadata"] as JsonObject, rules.Settings, faults);
        foreach (var (key, value) in spec)
        {
            if (key is not ("predictor" or "canary") && !ManifestNodes.IsNothing(value))
                faults.Add($"spec.{key} runs what no approval covers.");
        }

        var looked = new Looked(manifest, environment, rules, faults);
        var canary = Canary(spec["canary"], faults);
        var share = Percent(canary?["trafficPercent"], 0);
        One(looked, static name => name, predictor, "spec.predictor", Percent(predictor["canaryTrafficPercent"], 100 - share));
        if (canary?["predictor"] is JsonObject second)
            One(looked, ManifestNames.OfCanary, second, "spec.canary[0].predictor", share);
        return faults;
    }

    /// <summary>What of an InferenceService bears on what runs: its spec, and the annotations and labels that are not other tools' own.</summary>
    public static JsonObject Running(JsonObject manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var running = new JsonObject { ["spec"] = manifest["spec"]?.DeepClone() };
        foreach (var part in (string[])["annotations", "labels"])
        {
            running[part] = new JsonObject((manifest["metadata"]?[part] as JsonObject ?? []).Where(static one => !IsOfTools(one.Key)).OrderBy(static one => one.Key, StringComparer.Ordinal)
                .Select(static one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));
        }

        return running;
    }

    /// <summary>The tokens that an InferenceService carries, with the share of the traffic that each version has, percent.</summary>
    public static IReadOnlyList<(string Token, int Percent)> Shares(JsonObject manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var annotations = manifest["metadata"]?["annotations"];
        var canary = (manifest["spec"]?["canary"] as JsonArray)?.FirstOrDefault();
        var percent = Percent(canary?["trafficPercent"], 0);
        return
        [
            .. ManifestRules.Text(annotations?[ManifestNames.Approval]) is { } token ? [(token, Percent(manifest["spec"]?["predictor"]?["canaryTrafficPercent"], 100 - percent))] : Array.Empty<(string, int)>(),
            .. canary is not null && ManifestRules.Text(annotations?[ManifestNames.OfCanary(ManifestNames.Approval)]) is { } second ? [(second, percent)] : Array.Empty<(string, int)>(),
        ];
    }

    /// <summary>What is wrong with a token; null when it holds for a version in an environment.</summary>
    /// <param name="text">The token.</param>
    /// <param name="environment">Whose traffic.</param>
    /// <param name="model">Registered model.</param>
    /// <param name="version">Its version's number.</param>
    /// <param name="sha256">Of the version's files.</param>
    /// <param name="rules">What it is held against.</param>
    /// <param name="percent">Share of the traffic, percent.</param>
    public static string? TokenProblem(string? text, string environment, string model, string version, string sha256, ApprovalRules rules, int percent = 100)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (string.IsNullOrEmpty(text))
            return $"there is no approval of version {version} of {model} for {environment}";
        if (ApprovalToken.Parse(text) is not { } token)
            return "the approval is no token that can be read";
        if (!token.IsSignedBy(rules.Keys))
            return $"approval {token.Id} is not signed by a key that is trusted ({token.KeyId})";
        if (rules.Workspace is { } workspace && token.Workspace != workspace)
            return $"approval {token.Id} is of another workspace";
        if (token.Environment != environment)
            return $"approval {token.Id} is for {token.Environment}, not for {environment}";
        if (token.Model != model || token.Version != version)
            return $"approval {token.Id} is of version {token.Version} of {token.Model}, not of version {version} of {model}";
        if (token.ModelSha256 != sha256)
            return $"approval {token.Id} is of files with SHA-256 {token.ModelSha256}, not {sha256}";
        var now = rules.Now.ToUnixTimeMilliseconds();
        if (token.NotAfter <= now)
            return $"approval {token.Id} ended {DateTimeOffset.FromUnixTimeMilliseconds(token.NotAfter.Value):u}";
        var first = rules.WasUsed is { } used ? !used(token, percent) : rules.FirstUse;
        if (first && token.UseBy <= now)
            return $"approval {token.Id} had to be used before {DateTimeOffset.FromUnixTimeMilliseconds(token.UseBy):u}";
        return rules.EndOf?.Invoke(token.Id, first) is { } ended ? $"approval {token.Id} does not stand any more: {ended}" : null;
    }

    private static int Percent(JsonNode? node, int without) => (int)Math.Clamp(ManifestRules.Whole(node) ?? without, 0, 100);

    private static bool IsOfTools(string key) => OfTools.Contains(key) || key.StartsWith("argocd.argoproj.io/", StringComparison.Ordinal);

    private static void Metadata(JsonObject? metadata, KserveSettings? settings, List<string> faults)
    {
        foreach (var (part, known) in ((string, string[])[])[("annotations", Annotations), ("labels", Labels)])
        {
            foreach (var (key, _) in metadata?[part] as JsonObject ?? [])
            {
                if (!known.Contains(key) && !IsOfTools(key))
                    faults.Add($"metadata.{part} has {key}, which KServe gives on to what runs and no approval covers.");
            }
        }

        var mode = ManifestRules.Text(metadata?["annotations"]?[ManifestNames.DeploymentMode]);
        var wanted = settings?.Mode switch { "knative" => "Knative", "standard" => "Standard", _ => null };
        if (mode is not ("Standard" or "Knative") || (wanted is not null && mode != wanted))
            faults.Add($"The annotation {ManifestNames.DeploymentMode} is '{mode}'; it must be {wanted ?? "Standard or Knative"}.");
    }

    private static JsonObject? Canary(JsonNode? canaries, List<string> faults)
    {
        if (ManifestNodes.IsNothing(canaries))
            return null;
        if (canaries is not JsonArray list || list[0] is not JsonObject canary || canary["predictor"] is not JsonObject)
        {
            faults.Add("spec.canary is no list of a predictor with its share.");
            return null;
        }

        if (list.Count > 1)
            faults.Add("spec.canary has several entries; deliveries give one version a share at a time.");
        foreach (var (key, value) in canary)
        {
            if (key is not ("trafficPercent" or "predictor") && !ManifestNodes.IsNothing(value))
                faults.Add($"spec.canary[0].{key} is not covered by an approval.");
        }

        return canary;
    }

    private static void One(Looked looked, Func<string, string> named, JsonObject predictor, string path, int percent)
    {
        string? Of(string name) => ManifestRules.Text(looked.Manifest["metadata"]?["annotations"]?[named(name)]);

        var (rules, faults) = (looked.Rules, looked.Faults);
        var (model, version, sha256) = (Of(ManifestNames.Model), Of(ManifestNames.Version), Of(ManifestNames.ModelSha256));
        foreach (var (name, value) in ((string, string?)[])[(ManifestNames.Model, model), (ManifestNames.Version, version), (ManifestNames.ModelSha256, sha256)])
        {
            if (value is null)
                faults.Add($"The annotation {named(name)} is missing.");
        }

        foreach (var (key, value) in predictor)
        {
            if (!OfPredictor.Contains(key) && !ManifestNodes.IsNothing(value))
                faults.Add($"{path}.{key} is not covered by an approval.");
        }

        if (rules.Settings is { } settings && (ManifestRules.Text(predictor["serviceAccountName"]) ?? "") != (settings.ServiceAccount ?? ""))
            faults.Add($"{path}.serviceAccountName is '{ManifestRules.Text(predictor["serviceAccountName"])}'; the target's is '{settings.ServiceAccount}'.");
        if (predictor["model"] is JsonObject container)
            Container(looked, container, path + ".model");
        else
            faults.Add($"{path}.model is missing.");
        if (model is null || version is null || sha256 is null)
            return;
        if (TokenProblem(Of(ManifestNames.Approval), looked.Environment, model, version, sha256, rules, percent) is { } problem)
            faults.Add($"{path}: {problem} (annotation {named(ManifestNames.Approval)}).");
        if (rules.StorageTemplate is { } template && ManifestNames.StorageUri(template, rules.WorkspaceName ?? "", model, version, sha256) is var wanted
            && ManifestRules.Text(predictor["model"]?["storageUri"]) is var uri && uri != wanted)
        {
            faults.Add($"{path}.model.storageUri is '{uri}'; for version {version} of {model} it must be '{wanted}'.");
        }
    }

    private static void Container(Looked looked, JsonObject model, string path)
    {
        var (settings, faults) = (looked.Rules.Settings, looked.Faults);
        foreach (var (key, value) in model)
        {
            if (!OfModel.Contains(key) && !ManifestNodes.IsNothing(value))
                faults.Add($"{path}.{key} is not covered by an approval.");
        }

        if (ManifestRules.Text(model["name"]) is { Length: > 0 } name and not "kserve-container")
            faults.Add($"{path}.name is '{name}'; it must be kserve-container.");
        foreach (var (key, _) in model["resources"] as JsonObject ?? [])
        {
            if (key is not ("requests" or "limits"))
                faults.Add($"{path}.resources.{key} is not covered by an approval.");
        }

        foreach (var (key, value) in model["modelFormat"] as JsonObject ?? [])
        {
            if (key is not "name" && !ManifestNodes.IsNothing(value))
                faults.Add($"{path}.modelFormat.{key} chooses another runtime, which no approval covers.");
        }

        // A runtime runs the files: another one than the target's is another program.
        if (settings is not null)
        {
            foreach (var (field, found, wanted) in ((string, JsonNode?, string?)[])[
                ("modelFormat.name", model["modelFormat"]?["name"], settings.ModelFormat), ("runtime", model["runtime"], settings.Runtime), ("protocolVersion", model["protocolVersion"], settings.ProtocolVersion)])
            {
                if ((ManifestRules.Text(found) ?? "") != (wanted ?? ""))
                    faults.Add($"{path}.{field} is '{ManifestRules.Text(found)}'; the target's is '{wanted}'.");
            }
        }

        var protocol = ManifestRules.Text(model["protocolVersion"]) ?? "";
        foreach (var field in ManifestPod.Fields)
        {
            var wanted = ManifestPod.Of(field, protocol, ManifestRules.Text(looked.Manifest["metadata"]?["name"]) ?? "");
            if (!ManifestNodes.AreSame(wanted, model[field]))
                faults.Add($"{path}.{field} is not what deliveries write and could run what no approval covers; it must be {wanted.ToJsonString()}.");
        }
    }

    private sealed record Looked(JsonObject Manifest, string Environment, ApprovalRules Rules, List<string> Faults);
}
