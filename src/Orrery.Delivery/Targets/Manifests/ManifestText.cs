using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>What InferenceServices say, for people and for comparing.</summary>
internal static class ManifestText
{
    private const int MostDifferences = 20;

    /// <summary><c>churn 4</c>, <c>churn 4, 10 % to churn 5</c>; null for none.</summary>
    public static string? Says(JsonObject? manifest)
    {
        if (manifest is null)
            return null;
        var stable = $"{ReleasePlan.Annotation(manifest, ManifestNames.Model) ?? "?"} {ReleasePlan.Annotation(manifest, ManifestNames.Version) ?? "?"}";
        if (manifest["spec"]?["canary"] is JsonArray { Count: > 0 } canary)
            return $"{stable}, {canary[0]?["trafficPercent"]} % to {ReleasePlan.Annotation(manifest, ManifestNames.OfCanary(ManifestNames.Model))} {ReleasePlan.Annotation(manifest, ManifestNames.OfCanary(ManifestNames.Version))}";
        return manifest["spec"]?["predictor"]?["canaryTrafficPercent"] is { } share ? $"{stable} with {share} %" : stable;
    }

    /// <summary>The share that a delivery has in a manifest; null when it is not in it.</summary>
    public static int? PercentOf(JsonObject? manifest, string delivery)
    {
        if (ReleasePlan.Annotation(manifest, ManifestNames.Delivery) == delivery)
            return (int)(ManifestRules.Whole(manifest!["spec"]?["predictor"]?["canaryTrafficPercent"]) ?? 100);
        return ReleasePlan.Annotation(manifest, ManifestNames.OfCanary(ManifestNames.Delivery)) == delivery && manifest!["spec"]?["canary"] is JsonArray { Count: > 0 } canary
            ? (int?)ManifestRules.Whole(canary[0]?["trafficPercent"])
            : null;
    }

    /// <summary>Where a document has other values than are wanted.</summary>
    /// <param name="wanted">What it is to say.</param>
    /// <param name="found">The document.</param>
    /// <param name="besides">Whether what it has besides counts; a cluster fills fields in, a repository does not.</param>
    public static List<string> Differences(JsonNode? wanted, JsonNode? found, bool besides = false)
    {
        var differences = new List<string>();
        Compare(wanted, found, "", besides, differences);
        return differences;
    }

    private static void Compare(JsonNode? wanted, JsonNode? found, string path, bool besides, List<string> differences)
    {
        if (differences.Count >= MostDifferences)
            return;
        switch (wanted, found)
        {
            case (JsonObject object1, JsonObject object2):
                foreach (var key in besides ? object1.Select(static one => one.Key).Union(object2.Select(static one => one.Key)) : object1.Select(static one => one.Key))
                    Compare(object1[key], object2[key], path.Length == 0 ? key : $"{path}.{key}", besides, differences);
                return;
            case (JsonArray list1, JsonArray list2) when list1.Count == list2.Count:
                for (var at = 0; at < list1.Count; at++)
                    Compare(list1[at], list2[at], $"{path}[{at}]", besides, differences);
                return;
            default:
                if (!JsonNode.DeepEquals(wanted, found) && wanted?.ToString() != found?.ToString())
                    differences.Add($"{path}: {Short(wanted)} is wanted, {Short(found)} is there");
                return;
        }
    }

    private static string Short(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length > 60 ? text[..60] + "..." : text;
    }
}
