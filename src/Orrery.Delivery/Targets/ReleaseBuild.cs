using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Makes the manifests of an order, and checks them before anybody sees them.</summary>
internal static class ReleaseBuild
{
    /// <summary>The InferenceService, valid; <c>delivery.invalid_manifest</c>, <c>delivery.invalid_percent</c>.</summary>
    public static Result<JsonObject> Create(ReleasePlan plan)
    {
        if (plan.Settings.Git is not null && plan.Name == ArgoFolder.Name)
            return Failure.Invalid("delivery.invalid_manifest", $"A deployment named {ArgoFolder.Name} would stand where Argo CD's manifests do; give it another name.");
        if (plan.Order.Replicas is < 0 or > 100)
            return Failure.Invalid("delivery.invalid_replicas", $"'replicas' is {plan.Order.Replicas}; it must be 0 to 100.");
        if (plan.Order.Replicas is 0 && plan.Settings.Mode != "knative")
            return Failure.Invalid("delivery.invalid_replicas", "'replicas' is 0; only targets in mode knative scale to nothing.");
        var manifest = InferenceServiceManifest.Create(plan);
        var problems = ManifestRules.Problems(manifest);
        return problems.Count == 0
            ? manifest
            : Failure.Invalid("delivery.invalid_manifest", "The InferenceService would not be taken: " + string.Join(" ", problems));
    }

    /// <summary>A share in whole percent, as KServe counts.</summary>
    public static Result<int> Percent(double percent) => percent is >= 1 and <= 100 && percent == Math.Floor(percent)
        ? (int)percent
        : Failure.Invalid("delivery.invalid_percent", $"The share is {percent.ToString(System.Globalization.CultureInfo.InvariantCulture)} percent; KServe takes whole percent of 1 to 100.");
}
