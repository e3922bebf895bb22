using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>What manifests are to say.</summary>
/// <param name="Settings">Of the target.</param>
/// <param name="Order">What is brought.</param>
/// <param name="Workspace">Its name.</param>
/// <param name="Percent">Share of the new version, whole percent, 1 to 100.</param>
/// <param name="Current">The InferenceService that is there now; null for none.</param>
internal sealed record ReleasePlan(KserveSettings Settings, ReleaseOrder Order, string Workspace, int Percent, JsonObject? Current)
{
    /// <summary>The InferenceService's name: the deployment's, as Kubernetes allows it.</summary>
    public string Name => KubeNames.Of(Order.Name);

    /// <summary>The version that answers now, when it is another than the order's: what a canary stands beside.</summary>
    public JsonObject? Stable
    {
        get
        {
            if (Current?["spec"]?["predictor"] is not JsonObject predictor)
                return null;
            return Annotation(Current, ManifestNames.Delivery) == Order.DeliveryId ? null : predictor;
        }
    }

    /// <summary>The share that the new version gets: everything, where nothing answers yet.</summary>
    public int Share => Stable is null && !(Settings.Mode == "knative" && IsOwnCanary) ? 100 : Percent;

    /// <summary>Whether the new version is the one in the predictor, with a share of the traffic (Knative).</summary>
    private bool IsOwnCanary => Current?["spec"]?["predictor"]?["canaryTrafficPercent"] is not null;

    /// <summary>An annotation of a manifest; null for none.</summary>
    public static string? Annotation(JsonObject? manifest, string name) => (string?)manifest?["metadata"]?["annotations"]?[name];
}
