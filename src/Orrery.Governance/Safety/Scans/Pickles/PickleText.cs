using System.Globalization;
using System.Text;

namespace Orrery.Governance;

/// <summary>Texts of pickles of protocol 0, with Python's escapes undone: a name may be written with them.</summary>
internal static class PickleText
{
    /// <summary>Of STRING: quoted, with the escapes of Python's bytes.</summary>
    public static string OfString(string line)
    {
        var quoted = line.Trim();
        if (quoted.Length < 2 || quoted[0] != quoted[^1] || quoted[0] is not ('\'' or '"'))
            throw new InvalidDataException("A STRING is not quoted.");
        var text = new StringBuilder();
        var inside = quoted[1..^1];
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] != '\\' || i + 1 == inside.Length)
            {
                text.Append(inside[i]);
                continue;
            }

            i++;
            if (inside[i] == 'x' && Hex(inside, i + 1, 2) is { } hex)
            {
                text.Append((char)hex);
                i += 2;
            }
            else if (inside[i] is >= '0' and <= '7')
            {
                i += Octal(inside, i, text) - 1;
            }
            else
            {
                text.Append(Escape(inside[i]));
            }
        }

        return text.ToString();
    }

    /// <summary>Of UNICODE: raw-unicode-escape.</summary>
    public static string OfUnicode(string line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            var digits = line[i] == '\\' && i + 1 < line.Length ? line[i + 1] switch { 'u' => 4, 'U' => 8, _ => 0 } : 0;
            if (digits > 0 && Hex(line, i + 2, digits) is { } code && Rune.IsValid(code))
            {
                text.Append(new Rune(code).ToString());
                i += digits + 1;
            }
            else
            {
                text.Append(line[i]);
            }
        }

        return text.ToString();
    }

    private static int? Hex(string text, int at, int digits) =>
        at + digits <= text.Length && int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static int Octal(string text, int at, StringBuilder to)
    {
        var (value, digits) = (0, 0);
        while (digits < 3 && at + digits < text.Length && text[at + digits] is >= '0' and <= '7')
            value = (value * 8) + text[at + digits++] - '0';
        to.Append((char)(value & 0xFF));
        return digits;
    }

    private static string Escape(char after) => after switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\\' or '\'' or '"' => after.ToString(),
        _ => "\\" + after,
    };
}
