using System.Text;

namespace Orrery.Features;

/// <summary>Patterns of RE2's syntax as PostgreSQL's advanced regular expressions, as far as both can say the same.</summary>
internal static class PostgresPattern
{
    private const string Plain = "|()^$*+?";
    private const string Escaped = ".\\+*?()[]{}|^$-/";

    /// <summary>The pattern there; null when it has a part that means something else or nothing there.</summary>
    public static string? Of(string pattern)
    {
        var there = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var part = pattern[at] switch
            {
                '\\' => Escape(pattern, ref at, inClass: false),
                '[' => Class(pattern, ref at),
                '{' => Repeat(pattern, ref at),
                '.' => "[^\\n]",
                '(' when at + 1 < pattern.Length && pattern[at + 1] == '?' => Group(pattern, ref at),
                var one when Plain.Contains(one, StringComparison.Ordinal) || IsLiteral(one) => one.ToString(),
                _ => null,
            };
            // After a repetition a further one means least or possessive: engines differ in what that matches as a whole, not in whether.
            if (part is null)
                return null;
            there.Append(part);
        }

        return there.ToString();
    }

    private static bool IsLiteral(char one) => one >= ' ' && !char.IsSurrogate(one) && !"\\[]{}.()|^$*+?".Contains(one, StringComparison.Ordinal);

    private static string? Escape(string pattern, ref int at, bool inClass)
    {
        if (++at >= pattern.Length)
            return null;
        var one = pattern[at];
        // Classes of RE2 are ASCII's; there they would depend on the database.
        return one switch
        {
            'd' => inClass ? "0-9" : "[0-9]",
            'w' => inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
            's' => inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]",
            'D' when !inClass => "[^0-9]",
            'W' when !inClass => "[^0-9A-Za-z_]",
            'S' when !inClass => "[^\\t\\n\\f\\r ]",
            't' or 'n' or 'r' or 'f' => $"\\{one}",
            _ when Escaped.Contains(one, StringComparison.Ordinal) => $"\\{one}",
            _ => null,
        };
    }

    private static string? Class(string pattern, ref int at)
    {
        var there = new StringBuilder("[");
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            there.Append('^');
            at++;
        }

        for (var first = at; at < pattern.Length; at++)
        {
            if (pattern[at] == ']' && at > first)
                return there.Append(']').ToString();
            // Named classes depend on the database; a bracket that stands for itself is rare enough.
            var part = pattern[at] switch
            {
                '[' or ']' => null,
                '\\' => Escape(pattern, ref at, inClass: true),
                var one when one >= ' ' && !char.IsSurrogate(one) => one.ToString(),
                _ => null,
            };
            if (part is null)
                return null;
            there.Append(part);
        }

        return null;
    }

    private static string? Repeat(string pattern, ref int at)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0)
            return null;
        var inner = pattern[(at + 1)..end];
        var bounds = inner.Split(',');
        // PostgreSQL repeats up to 255 times.
        if (bounds.Length > 2 || !IsCount(bounds[0]) || (bounds.Length == 2 && bounds[1].Length > 0 && !IsCount(bounds[1])))
            return null;
        at = end;
        return $"{{{inner}}}";
    }

    private static bool IsCount(string text) => text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) <= 255;

    private static string? Group(string pattern, ref int at)
    {
        if (at + 2 >= pattern.Length || pattern[at + 2] != ':')
            return null;
        at += 2;
        return "(?:";
    }
}
