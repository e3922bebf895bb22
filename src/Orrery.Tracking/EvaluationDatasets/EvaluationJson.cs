using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>The JSON that evaluation data sets are full of: texts of the caller's that hold JSON themselves.</summary>
internal static class EvaluationJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a text field that holds JSON; <c>tracking.invalid_json</c>.</summary>
    public static Result<JsonNode?> Parse(string field, string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException e)
        {
            return Failure.Invalid("tracking.invalid_json", $"'{field}' must be a text that holds JSON: {e.Message}");
        }
    }

    /// <summary>SHA-256 of the JSON with the keys of all its objects sorted, in hexadecimal.</summary>
    public static string Hash(JsonNode node) => Convert.ToHexStringLower(SHA256.HashData(Write(node, sorted: true)));

    /// <summary>The node as text.</summary>
    public static string Text(JsonNode node) => System.Text.Encoding.UTF8.GetString(Write(node, sorted: false));

    /// <summary>The node as text; null when it is null.</summary>
    public static string? TextOrNull(JsonNode? node) => node is null ? null : Text(node);

    /// <summary>Tags as a JSON object.</summary>
    public static string Text(IReadOnlyList<Pair> tags) => Text(new JsonObject(tags.Select(static tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))));

    private static byte[] Write(JsonNode node, bool sorted)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            if (sorted)
                WriteSorted(json, node);
            else
                node.WriteTo(json);
        }

        return buffer.ToArray();
    }

    private static void WriteSorted(Utf8JsonWriter json, JsonNode? node)
    {
        switch (node)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonObject members:
                json.WriteStartObject();
                foreach (var (key, value) in members.OrderBy(static member => member.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(key);
                    WriteSorted(json, value);
                }

                json.WriteEndObject();
                break;
            case JsonArray items:
                json.WriteStartArray();
                foreach (var item in items)
                    WriteSorted(json, item);
                json.WriteEndArray();
                break;
            default:
                node.WriteTo(json);
                break;
        }
    }
}
