namespace Orrery.Contracts;

/// <summary>Names in the manifests that deliveries write.</summary>
public static class ManifestNames
{
    /// <summary>Annotation: the registered model.</summary>
    public const string Model = "orrery.dev/model";

    /// <summary>Annotation: its version's number.</summary>
    public const string Version = "orrery.dev/version";

    /// <summary>Annotation: SHA-256 of the version's files.</summary>
    public const string ModelSha256 = "orrery.dev/model-sha256";

    /// <summary>Annotation: id of the delivery.</summary>
    public const string Delivery = "orrery.dev/delivery";

    /// <summary>Annotation: the approval's token.</summary>
    public const string Approval = "orrery.dev/approval";

    /// <summary>What the same annotations begin with for the version that gets a share of the traffic: <c>orrery.dev/canary-version</c>.</summary>
    public const string Canary = "orrery.dev/canary-";

    /// <summary>KServe's annotation: <c>Standard</c> or <c>Knative</c>.</summary>
    public const string DeploymentMode = "serving.kserve.io/deploymentMode";

    /// <summary>KServe's annotation: what scales.</summary>
    public const string AutoscalerClass = "serving.kserve.io/autoscalerClass";

    /// <summary>Folder of the environments' overlays, under a deployment's folder.</summary>
    public const string Overlays = "overlays";

    /// <summary>File of the InferenceService in an overlay.</summary>
    public const string InferenceServiceFile = "inferenceservice.yaml";

    /// <summary>The annotation of the canary that stands for one of the version that answers.</summary>
    public static string OfCanary(string annotation) => Canary + annotation["orrery.dev/".Length..];

    /// <summary>Where a version's files are, by a target's template.</summary>
    public static string StorageUri(string template, string workspace, string model, string version, string sha256) => template
        .Replace("{workspace}", Uri.EscapeDataString(workspace), StringComparison.Ordinal)
        .Replace("{model}", Uri.EscapeDataString(model), StringComparison.Ordinal)
        .Replace("{version}", version, StringComparison.Ordinal)
        .Replace("{sha256}", sha256, StringComparison.Ordinal);
}
