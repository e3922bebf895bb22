namespace Orrery.Tests.Unit;

/// <summary>Reads the string literals out of C# source: plain, verbatim, interpolated and raw; comments and characters are passed over.</summary>
internal static class CSharpLiterals
{
    /// <summary>Each literal's text as written, and the line it starts on (1-based).</summary>
    public static IEnumerable<(int Line, string Text)> Of(string source)
    {
        var at = 0;
        while (at < source.Length)
        {
            var rest = source.AsSpan(at);
            if (rest.StartsWith("//"))
                at = EndOf(source, at, "\n");
            else if (rest.StartsWith("/*"))
                at = EndOf(source, at + 2, "*/");
            else if (rest[0] == '\'')
                at = SkipEscaped(source, at + 1, '\'');
            else if (rest[0] == '"')
            {
                var start = at;
                at = Skip(source, at);
                yield return (source.AsSpan(0, start).Count('\n') + 1, source[start..at].Trim('"'));
            }
            else
                at++;
        }
    }

    /// <summary>From a literal's first quote to just after its last.</summary>
    private static int Skip(string source, int at)
    {
        var quotes = source.AsSpan(at).IndexOfAnyExcept('"') is var run and >= 0 ? run : source.Length - at;
        var interpolated = at > 0 && (source[at - 1] == '$' || (source[at - 1] == '@' && at > 1 && source[at - 2] == '$'));
        var verbatim = at > 0 && (source[at - 1] == '@' || (source[at - 1] == '$' && at > 1 && source[at - 2] == '@'));
        if (quotes >= 3)
            return EndOf(source, at + quotes, new string('"', quotes));
        if (quotes == 2 && !verbatim)
            return at + 2;
        if (interpolated)
            return SkipInterpolated(source, at + 1, verbatim);
        return verbatim ? SkipVerbatim(source, at + 1) : SkipEscaped(source, at + 1, '"');
    }

    private static int SkipEscaped(string source, int at, char end)
    {
        while (at < source.Length && source[at] != end)
            at += source[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    private static int SkipVerbatim(string source, int at)
    {
        while (at < source.Length)
        {
            if (source[at] != '"')
                at++;
            else if (at + 1 < source.Length && source[at + 1] == '"')
                at += 2;
            else
                return at + 1;
        }

        return at;
    }

    // A hole may hold literals of its own: they are part of this one.
    private static int SkipInterpolated(string source, int at, bool verbatim)
    {
        var depth = 0;
        while (at < source.Length)
        {
            var letter = source[at];
            if (letter is '{' or '}' && at + 1 < source.Length && source[at + 1] == letter && depth == 0)
                at += 2;
            else if (letter == '"' && depth > 0)
                at = Skip(source, at);
            else if (letter == '"')
                return at + 1;
            else if (letter == '\\' && !verbatim && depth == 0)
                at += 2;
            else
            {
                depth += letter switch { '{' => 1, '}' => -1, _ => 0 };
                at++;
            }
        }

        return at;
    }

    private static int EndOf(string source, int at, string end) =>
        source.IndexOf(end, at, StringComparison.Ordinal) is var found and >= 0 ? found + end.Length : source.Length;
}
