using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>Whether an InferenceService of a governed environment carries the approvals that cover it.</summary>
public static class ApprovedManifest
{
    private static readonly string[] OfModel = ["name", "modelFormat", "protocolVersion", "runtime", "storageUri", "resources", "lifecycle", "startupProbe", "readinessProbe", "livenessProbe"];

    private static readonly string[] OfPredictor =
    [
        "name", "model", "minReplicas", "maxReplicas", "scaleMetric", "scaleTarget", "scaleMetricType", "canaryTrafficPercent", "serviceAccountName",
        "terminationGracePeriodSeconds", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints", "labels", "annotations", "timeout", "containerConcurrency",
    ];

    /// <summary>What is wrong; empty when each version that gets traffic has a token of its own that holds.</summary>
    /// <param name="manifest">The InferenceService.</param>
    /// <param name="environment">Whose.</param>
    /// <param name="rules">What tokens are held against.</param>
    public static IReadOnlyList<string> Problems(JsonObject manifest, string environment, ApprovalRules rules)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(rules);
        var faults = new List<string>();
        var annotations = manifest["metadata"]?["annotations"] as JsonObject;
        if (manifest["spec"] is not JsonObject spec || spec["predictor"] is not JsonObject predictor)
            return ["spec.predictor is missing."];
        foreach (var (key, _) in spec)
        {
            if (key is not ("predictor" or "canary"))
                faults.Add($"spec.{key} runs what no approval covers.");
        }

        One(annotations, static name => name, predictor, "spec.predictor", environment, rules, faults);
        if (spec["canary"] is not JsonArray { Count: > 0 } canaries)
            return faults;
        if (canaries.Count > 1)
            faults.Add("spec.canary has several entries; deliveries give one version a share at a time.");
        if (canaries[0]?["predictor"] is JsonObject canary)
            One(annotations, ManifestNames.OfCanary, canary, "spec.canary[0].predictor", environment, rules, faults);
        return faults;
    }

    /// <summary>What is wrong with a token; null when it holds for a version in an environment.</summary>
    public static string? TokenProblem(string? text, string environment, string model, string version, string sha256, ApprovalRules rules)
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
        if (rules.FirstUse && token.UseBy <= now)
            return $"approval {token.Id} had to be used before {DateTimeOffset.FromUnixTimeMilliseconds(token.UseBy):u}";
        return rules.EndOf?.Invoke(token.Id) is { } ended ? $"approval {token.Id} does not stand any more: {ended}" : null;
    }

    private static void One(
        JsonObject? annotations, Func<string, string> named, JsonObject predictor, string path, string environment, ApprovalRules rules, List<string> faults)
    {
        string? Of(string name) => ManifestRules.Text(annotations?[named(name)]);

        var (model, version, sha256) = (Of(ManifestNames.Model), Of(ManifestNames.Version), Of(ManifestNames.ModelSha256));
        foreach (var (name, value) in ((string, string?)[])[(ManifestNames.Model, model), (ManifestNames.Version, version), (ManifestNames.ModelSha256, sha256)])
        {
            if (value is null)
                faults.Add($"The annotation {named(name)} is missing.");
        }

        if (model is null || version is null || sha256 is null)
            return;
        if (TokenProblem(Of(ManifestNames.Approval), environment, model, version, sha256, rules) is { } problem)
            faults.Add($"{path}: {problem} (annotation {named(ManifestNames.Approval)}).");
        foreach (var (key, _) in predictor)
        {
            if (!OfPredictor.Contains(key))
                faults.Add($"{path}.{key} is not covered by an approval.");
        }

        foreach (var (key, _) in predictor["model"] as JsonObject ?? [])
        {
            if (!OfModel.Contains(key))
                faults.Add($"{path}.model.{key} is not covered by an approval.");
        }

        if (rules.StorageTemplate is { } template && ManifestRules.Text(predictor["model"]?["storageUri"]) is var uri
            && uri != ManifestNames.StorageUri(template, rules.WorkspaceName ?? "", model, version, sha256))
        {
            faults.Add($"{path}.model.storageUri is '{uri}'; for version {version} of {model} it must be '{ManifestNames.StorageUri(template, rules.WorkspaceName ?? "", model, version, sha256)}'.");
        }
    }
}

/// <summary>What approvals are held against.</summary>
public sealed record ApprovalRules
{
    /// <summary>Public keys that are trusted.</summary>
    public required IReadOnlyCollection<AuditKey> Keys { get; init; }

    /// <summary>When it is.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Number of the workspace; null for any.</summary>
    public long? Workspace { get; init; }

    /// <summary>Name of the workspace, for <see cref="StorageTemplate"/>.</summary>
    public string? WorkspaceName { get; init; }

    /// <summary>Where versions' files are; null to take what a manifest says.</summary>
    public string? StorageTemplate { get; init; }

    /// <summary>Whether the token is used for the first time, so that <see cref="ApprovalToken.UseBy"/> counts. Default true.</summary>
    public bool FirstUse { get; init; } = true;

    /// <summary>Why an approval with an id does not stand any more, null while it does; null when nobody knows.</summary>
    public Func<string, string?>? EndOf { get; init; }
}
