using System.Text;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>Booleans as Feast's server takes them: 1 and 0, "yes" and "no" and their like count too.</summary>
internal static class LenientBool
{
    /// <summary>Of the value at the reader; null when it is none.</summary>
    public static bool? Of(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => Of(Encoding.UTF8.GetString(json.ValueSpan), isText: false),
        JsonTokenType.String => Of(json.GetString()!),
        _ => null,
    };

    /// <summary>Of a value; null when it is none.</summary>
    public static bool? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Of(value.GetRawText(), isText: false),
        JsonValueKind.String => Of(value.GetString()!),
        _ => null,
    };

    public static bool? Of(string text, bool isText = true) => text.ToLowerInvariant() switch
    {
        "1" => true,
        "0" => false,
        "1.0" when !isText => true,
        "0.0" when !isText => false,
        "true" or "t" or "yes" or "y" or "on" when isText => true,
        "false" or "f" or "no" or "n" or "off" when isText => false,
        _ => null,
    };
}
