using System.Runtime.InteropServices;
using System.Text.Json;

namespace Orrery.Features;

/// <summary>Python's JSON: it writes numbers that JSON has no words for.</summary>
internal static class LenientJson
{
    /// <summary>True for a NaN that was written without quotes: its first letter is escaped when it is put in them.</summary>
    public static bool IsNaN(JsonElement element) => element.ValueKind is JsonValueKind.String && JsonMarshal.GetRawUtf8Value(element).SequenceEqual("\"\\u004eaN\""u8);

    /// <summary>The same with <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> in quotes; null when there are none.</summary>
    public static byte[]? Quote(ReadOnlySpan<byte> json)
    {
        using var quoted = new ByteWriter(json.Length + 64);
        var (inText, found, copied) = (false, false, 0);
        for (var at = 0; at < json.Length; at++)
        {
            var one = json[at];
            if (inText)
            {
                if (one == (byte)'\\')
                    at++;
                else if (one == (byte)'"')
                    inText = false;
                continue;
            }

            if (one == (byte)'"')
            {
                inText = true;
                continue;
            }

            if (Length(json[at..]) is not (> 0 and var length))
                continue;
            quoted.Raw(json[copied..at]);
            quoted.Raw((byte)'"');
            if (length == 3)
                quoted.Raw("\\u004eaN"u8);
            else
                quoted.Raw(json.Slice(at, length));
            quoted.Raw((byte)'"');
            (copied, found) = (at + length, true);
            at += length - 1;
        }

        quoted.Raw(json[copied..]);
        return found ? quoted.Written.ToArray() : null;
    }

    private static int Length(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("NaN"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("-Infinity"u8) ? 9 : 0;
}
