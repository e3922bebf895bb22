using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>How an InferenceService stands, by its status.</summary>
internal static class Readiness
{
    /// <summary>State and reason of a delivery in it; the states are those of <see cref="ReleaseState"/>.</summary>
    public static (string State, string? Reason) Of(JsonObject live, string delivery)
    {
        var status = live["status"] as JsonObject;
        var percent = ManifestText.PercentOf(live, delivery);
        if (percent is null)
            return ("waiting", $"The cluster has {ManifestText.Says(live) ?? "something else"}; the delivery has not come there yet.");
        if (ManifestRules.Whole(status?["observedGeneration"]) is { } seen && seen < ManifestRules.Whole(live["metadata"]?["generation"]))
            return ("rolling_out", "KServe has not seen the change yet.");
        if (Failure(status) is { } failed)
            return ("failed", failed);
        if (Condition(status, "Ready") is not { } ready)
            return ("rolling_out", "KServe has said nothing yet.");
        if ((string?)ready["status"] is not "True")
            return ("rolling_out", $"It is not ready: {Said(ready) ?? "KServe gives no reason"}.");
        if (live["spec"]?["canary"] is JsonArray { Count: > 0 } && Condition(status, "CanaryPredictorReady") is var canary && (string?)canary?["status"] is not "True")
            return ("rolling_out", $"The canary is not ready: {Said(canary) ?? "KServe gives no reason"}.");
        return Traffic(live, status, percent.Value) is { } off ? ("rolling_out", off) : ("ready", null);
    }

    // Promoting is not automatic, and routes may lag: what the status says of the traffic decides.
    private static string? Traffic(JsonObject live, JsonObject? status, int percent)
    {
        if (status?["components"]?["predictor"]?["traffic"] is not JsonArray { Count: > 0 } traffic || live["spec"]?["canary"] is JsonArray { Count: > 0 })
            return null;
        var latest = traffic.Where(static one => (bool?)one?["latestRevision"] is true).Sum(static one => ManifestRules.Whole(one?["percent"]) ?? 0);
        return latest == percent ? null : $"{latest} % of the traffic goes to it, {percent} % are asked for.";
    }

    private static string? Failure(JsonObject? status)
    {
        var model = status?["modelStatus"];
        if ((string?)model?["transitionStatus"] is not ("BlockedByFailedLoad" or "InvalidSpec"))
            return null;
        var info = model["lastFailureInfo"];
        return $"The model could not be loaded: {info?["reason"] ?? model["transitionStatus"]}{(info?["message"] is { } message ? $", {message}" : "")}{(info?["location"] is { } place ? $" (at {place})" : "")}.";
    }

    private static JsonObject? Condition(JsonObject? status, string type) =>
        (status?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(one => (string?)one["type"] == type);

    private static string? Said(JsonObject? condition) =>
        string.Join(", ", new[] { (string?)condition?["reason"], (string?)condition?["message"] }.Where(static one => !string.IsNullOrEmpty(one))) is { Length: > 0 } said ? said : null;
}
