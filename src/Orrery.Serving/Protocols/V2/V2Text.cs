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
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TensorException($"'{field}' is no text in UTF-8.");
        }
    }

    /// <summary>Passes over the property's value.</summary>
    public static void Skip(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
