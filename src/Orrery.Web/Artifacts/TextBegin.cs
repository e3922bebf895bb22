using System.Text;
using System.Text.Json;

namespace Orrery.Web;

/// <summary>Text in bytes that may be none.</summary>
internal static class TextBegin
{
    private const int Depth = 64;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, MaxDepth = Depth, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text; null where the bytes are no UTF-8, or hold what no text holds.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isCut">Whether they are the begin of more: a letter at their end may be cut.</param>
    public static string? Read(ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (isCut)
            bytes = bytes[..WholeLetters(bytes)];
        if (bytes.ContainsAnyInRange((byte)0, (byte)8))
            return null;
        try
        {
            return Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>JSON line by line; as it is where it cannot be read.</summary>
    public static string Indented(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = Depth });
            return JsonSerializer.Serialize(document.RootElement, Form);
        }
        // Half of a pair of surrogates is JSON, and no text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return json;
        }
    }

    // Up to three bytes before the end may belong to a letter that goes on.
    private static int WholeLetters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(4, bytes.Length); back++)
        {
            var one = bytes[^back];
            if ((one & 0xC0) == 0x80)
                continue;
            var length = one switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }
}
