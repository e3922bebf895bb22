using System.Buffers.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>
/// Finds text that cannot be kept, before anything is read of a request: U+0000 is no character to PostgreSQL, and half a
/// surrogate pair or broken UTF-8 is none to anybody. The same on every database, so that a move between them loses nothing.
/// </summary>
internal static class KeepableText
{
    private static readonly Failure NotUtf8 = Failure.Invalid("tracking.invalid_text", "The body is not valid UTF-8.");

    private static readonly Failure Nul = Failure.Invalid("tracking.invalid_text",
        "The request has the character U+0000 in a text, which cannot be stored: leave it out.");

    private static readonly Failure LoneSurrogate = Failure.Invalid("tracking.invalid_text",
        "The request has half a surrogate pair (\\ud800 to \\udfff alone) in a text, which is no character: send both halves, or leave it out.");

    /// <summary>Why a query cannot be kept; null when it can. Broken UTF-8 in it has been replaced or left encoded.</summary>
    public static Failure? Problem(QueryString query) =>
        query.Value is { } value && value.Contains("%00", StringComparison.Ordinal) ? Nul : null;

    /// <summary>Why the texts of a JSON value cannot be kept; null when they can.</summary>
    /// <param name="json">One value, well-formed but for what is in its texts.</param>
    public static Failure? Problem(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return NotUtf8;
        // Backslashes stand in texts only, and begin an escape each.
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            json = json[(at + 1)..];
            if (json[0] != 'u')
            {
                json = json[1..];
                continue;
            }

            var unit = Unit(json);
            json = json[5..];
            if (unit == '\0')
                return Nul;
            if (!char.IsSurrogate(unit))
                continue;
            if (char.IsLowSurrogate(unit) || !json.StartsWith("\\u"u8) || !char.IsLowSurrogate(Unit(json[1..])))
                return LoneSurrogate;
            json = json[6..];
        }

        return null;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape[1..5], out ushort unit, out _, 'x') ? (char)unit : throw new InvalidOperationException("An escape without its digits is not JSON.");
}
