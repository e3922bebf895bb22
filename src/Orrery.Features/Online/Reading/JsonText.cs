using System.Buffers.Text;
using System.Text.Unicode;

namespace Orrery.Features;

/// <summary>Whether the texts in JSON can be read: UTF-8, and no escape that is half of a surrogate pair.</summary>
internal static class JsonText
{
    private const int EscapeBytes = 6;

    public static bool IsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            json = json[at..];
            if (Unit(json) is not { } unit || !char.IsSurrogate(unit))
            {
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            if (!char.IsHighSurrogate(unit) || Unit(json[EscapeBytes..]) is not { } low || !char.IsLowSurrogate(low))
                return false;
            json = json[(2 * EscapeBytes)..];
        }

        return true;
    }

    // What an escape with four digits stands for; null for anything else.
    private static char? Unit(ReadOnlySpan<byte> json) =>
        json.Length >= EscapeBytes && json[0] == (byte)'\\' && json[1] == (byte)'u'
        && Utf8Parser.TryParse(json[2..EscapeBytes], out ushort unit, out var read, 'x') && read == EscapeBytes - 2
            ? (char)unit
            : null;
}
