using System.Text.Json;

namespace Orrery.Web;

/// <summary>Documents as people compare them: a line for each thing that differs.</summary>
internal static class Differences
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON with line breaks; empty for nothing.</summary>
    public static string Pretty(JsonElement? json) => json is { } value ? JsonSerializer.Serialize(value, Indented) : "";

    /// <summary>Paths that differ, with what stands there; null where nothing does. Lists of objects with names are compared by these.</summary>
    /// <param name="before">The one document.</param>
    /// <param name="after">The other.</param>
    /// <param name="leaves">Names that are no difference.</param>
    public static IReadOnlyList<(string Path, string? Before, string? After)> Of(JsonElement before, JsonElement after, params string[] leaves)
    {
        var (left, right) = (Flat(before, "", leaves).ToDictionary(), Flat(after, "", leaves).ToDictionary());
        return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal).Select(path => (path, left.GetValueOrDefault(path), right.GetValueOrDefault(path))).Where(static one => one.Item2 != one.Item3)];
    }

    private static IEnumerable<KeyValuePair<string, string>> Flat(JsonElement value, string path, string[] leaves) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Where(one => !leaves.Contains(one.Name)).SelectMany(one => Flat(one.Value, path.Length == 0 ? one.Name : $"{path} › {one.Name}", leaves)),
        JsonValueKind.Array when value.EnumerateArray().All(static one => one.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) => [KeyValuePair.Create(path, string.Join(", ", value.EnumerateArray()))],
        JsonValueKind.Array => value.EnumerateArray().SelectMany((one, index) => Flat(one, $"{path} › {NameOf(one) ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture)}", leaves)),
        JsonValueKind.Null => [],
        _ => [KeyValuePair.Create(path, value.ToString())],
    };

    private static string? NameOf(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object && value.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
}
