using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Decides whether a cluster may take an InferenceService: the last gate, whatever road it came by.</summary>
internal sealed class Admissions(Targets targets, ReleaseApproval approval, ILogger<Admissions> logger)
{
    /// <summary>The AdmissionReview with its answer; <c>delivery.invalid_review</c>, <c>delivery.unknown_environment</c>.</summary>
    public async ValueTask<Result<JsonObject>> ReviewAsync(Actor actor, string environment, JsonNode? review, CancellationToken cancel)
    {
        if (review is not JsonObject asked || asked["request"] is not JsonObject request || Text(request["uid"]) is not { Length: > 0 and <= 200 } uid || Text(asked["apiVersion"]) is not "admission.k8s.io/v1")
            return Failure.Invalid("delivery.invalid_review", "The body is no AdmissionReview of admission.k8s.io/v1 with a request and its uid.");
        if ((await targets.GetAsync(actor, environment, cancel)).Failed(out var unknown, out var target))
            return unknown;
        var reasons = await ReasonsAsync(actor, target, request, cancel);
        var response = new JsonObject { ["uid"] = uid, ["allowed"] = reasons.Count == 0 };
        if (reasons.Count > 0)
        {
            response["status"] = new JsonObject { ["code"] = 403, ["reason"] = "Forbidden", ["message"] = string.Join(" ", reasons) };
            Log.AdmissionRefused(logger, Short(Text(request["name"])), Short(Text(request["namespace"])), string.Join(" ", reasons));
        }

        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response };
    }

    private async ValueTask<IReadOnlyList<string>> ReasonsAsync(Actor actor, DeliveryTarget target, JsonObject request, CancellationToken cancel)
    {
        if (Text(request["operation"]) is "DELETE" || !approval.IsGoverned(target.Environment) || request["subResource"] is not null && Text(request["subResource"]) is "status")
            return [];
        if (request["object"] is not JsonObject manifest)
            return ["The request has no object."];
        // KServe and its controllers fill fields in; what runs may be changed by a delivery alone.
        if (request["oldObject"] is JsonObject before && JsonNode.DeepEquals(ApprovedManifest.Running(before), ApprovedManifest.Running(manifest)))
            return [];
        if (Text(manifest["kind"]) is not "InferenceService" || Text(manifest["apiVersion"]) is not "serving.kserve.io/v1beta1")
            return [$"{target.Environment} takes InferenceServices of serving.kserve.io/v1beta1 with an approval; a {Short(Text(manifest["kind"]))} of {Short(Text(manifest["apiVersion"]))} runs what no approval covers."];
        return ApprovedManifest.Problems(manifest, target.Environment, await approval.RulesAsync(actor, target.Environment, target.Settings, manifest, cancel));
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Short(string? text) => text is null ? "" : new([.. text.Take(100).Select(static one => char.IsControl(one) ? ' ' : one)]);
}
