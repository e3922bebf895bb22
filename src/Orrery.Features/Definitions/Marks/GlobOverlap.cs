namespace Orrery.Features;

/// <summary>Whether two patterns of <see cref="Glob"/> have a path in common.</summary>
internal static class GlobOverlap
{
    private const char One = '\u0001';
    private const char Some = '\u0002';
    private const char Deep = '\u0003';

    /// <summary>True when there may be a path that both match; <c>**/</c> counts as anything, so that rarely there is none all the same.</summary>
    public static bool Of(string one, string other)
    {
        var (a, b) = (Tokens(one), Tokens(other));
        var next = new bool[b.Count + 1];
        for (var i = a.Count; i >= 0; i--)
        {
            var row = new bool[b.Count + 1];
            for (var j = b.Count; j >= 0; j--)
                row[j] = Meet(i < a.Count ? a[i] : null, j < b.Count ? b[j] : null, next[j], j < b.Count && row[j + 1], j < b.Count && next[j + 1]);
            next = row;
        }

        return next[0];
    }

    /// <summary>Whether the rests of both meet, by what is known of the rests after them: of the first, of the second, of both.</summary>
    private static bool Meet(char? a, char? b, bool afterA, bool afterB, bool afterBoth)
    {
        if (a is null && b is null)
            return true;
        if (a is Some or Deep && (afterA || (b is { } taken && afterB && Takes(a.Value, taken))))
            return true;
        if (b is Some or Deep && (afterB || (a is { } given && afterA && Takes(b.Value, given))))
            return true;
        return a is { } x && b is { } y && x is not (Some or Deep) && y is not (Some or Deep) && afterBoth && Same(x, y);
    }

    private static bool Takes(char star, char other) => star is Deep || other is not '/';

    private static bool Same(char a, char b) => a == b || (a is One && b is not '/') || (b is One && a is not '/');

    private static List<char> Tokens(string pattern)
    {
        var tokens = new List<char>(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '?')
                tokens.Add(One);
            else if (pattern[i] is not '*')
                tokens.Add(pattern[i]);
            else if (i + 1 >= pattern.Length || pattern[i + 1] != '*')
                tokens.Add(Some);
            else
            {
                tokens.Add(Deep);
                i += i + 2 < pattern.Length && pattern[i + 2] == '/' ? 2 : 1;
            }
        }

        return tokens;
    }
}
