using System.Buffers.Text;
using System.Text.Json;

namespace Orrery.Kernel;

/// <summary>
/// Opaque page tokens: the sort keys of the last row of a page, as base64url of a JSON array. A page is found by its keys,
/// not by counting rows, so the thousandth page costs what the first does.
/// </summary>
public static class PageToken
{
    /// <summary>Longest token accepted, in characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>Encodes the keys of the last row. Strings, whole numbers, doubles and nulls only.</summary>
    public static string Encode(params ReadOnlySpan<object?> keys)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var key in keys)
                Write(json, key);
            json.WriteEndArray();
        }

        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Decodes a token that <see cref="Encode"/> made.</summary>
    /// <param name="token">From the caller: hostile.</param>
    /// <param name="count">How many keys it must hold.</param>
    /// <returns>The keys, each a string, a <see cref="long"/>, a <see cref="double"/> or null; null when the token is not one of ours.</returns>
    public static object?[]? Decode(string token, int count)
    {
        if (token.Length > MaxLength || !Base64Url.IsValid(token))
            return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(token));
            if (document.RootElement.ValueKind is not JsonValueKind.Array || document.RootElement.GetArrayLength() != count)
                return null;
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for half a surrogate pair in a text.
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, object? key)
    {
        switch (key)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case long whole:
                json.WriteNumberValue(whole);
                break;
            case int whole:
                json.WriteNumberValue(whole);
                break;
            case double number:
                // A double is marked, so that 1.0 comes back as a double; bits survive, NaN and infinities too.
                json.WriteStartArray();
                json.WriteNumberValue(BitConverter.DoubleToInt64Bits(number));
                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A page token cannot hold a {key.GetType().Name}.", nameof(key));
        }
    }

    private static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String when element.GetString()!.Contains('\0', StringComparison.Ordinal) => throw new JsonException("No key of ours has U+0000."),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when element.TryGetInt64(out var whole) => whole,
        JsonValueKind.Array when element.GetArrayLength() == 1 && element[0].ValueKind is JsonValueKind.Number
            && element[0].TryGetInt64(out var bits) => BitConverter.Int64BitsToDouble(bits),
        _ => throw new JsonException("Not a key of a page token."),
    };
}
