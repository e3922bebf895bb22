using System.Text.Json.Nodes;

namespace Orrery.Contracts;

/// <summary>Compares parts of manifests.</summary>
internal static class ManifestNodes
{
    /// <summary>Whether a field says nothing: clusters write such fields back.</summary>
    public static bool IsNothing(JsonNode? node) => node is null or JsonArray { Count: 0 } || (node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0);

    /// <summary>Whether both say the same, and neither says more.</summary>
    public static bool AreSame(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (JsonObject first, JsonObject second) => first.All(field => AreSame(field.Value, second[field.Key])) && second.All(field => first.ContainsKey(field.Key) || IsNothing(field.Value)),
        (JsonArray first, JsonArray second) => first.Count == second.Count && first.Zip(second).All(static pair => AreSame(pair.First, pair.Second)),
        (JsonValue first, JsonValue second) => JsonNode.DeepEquals(first, second) || first.ToString() == second.ToString(),
        _ => IsNothing(one) && IsNothing(other),
    };
}
