using System.Text.Json;

namespace Orrery.Serving;

/// <summary>Reads single values of V2 requests.</summary>
internal static class V2Text
{
    /// <summary>The text that is the property's value.</summary>
    public static string String(ref Utf8JsonReader json, string field)
    {
        json.Read();
        if (json.TokenType is not JsonTokenType.String)
            throw new TensorException($"'{field}' must be a text.");
        return json.GetString()!;
    }

    /// <summary>What the JSON reader finds only when it is asked for a text's value: bytes or escapes that are no Unicode.</summary>
    public static TensorException NoText() => new("The request has a text that is no UTF-8, or half of a surrogate pair as \\u escape.");

    /// <summary>Passes over the property's value.</summary>
    public static void Skip(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
