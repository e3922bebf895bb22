namespace Orrery.Tracking;

/// <summary>A LIKE pattern for values in memory: <c>%</c> is any text, <c>_</c> any one character; there is no escape.</summary>
/// <param name="pattern">The pattern; must match the whole text.</param>
/// <param name="ignoreCase">ILIKE instead of LIKE; compares by the invariant upper case of each UTF-16 unit.</param>
public sealed class LikePattern(string pattern, bool ignoreCase)
{
    /// <summary>Whether the whole text matches. Takes at most the product of the two lengths, and no memory.</summary>
    public bool Matches(string text)
    {
        var at = 0;
        var step = 0;
        var retryAt = 0;
        var retryStep = -1;
        while (at < text.Length)
        {
            if (step < pattern.Length && pattern[step] is '%')
            {
                // Let the percent sign stand for nothing at first; on a mismatch, for one character more.
                retryStep = ++step;
                retryAt = at;
            }
            else if (step < pattern.Length && (pattern[step] is '_' || Same(pattern[step], text[at])))
            {
                at += pattern[step] is '_' ? Width(text, at) : 1;
                step++;
            }
            else if (retryStep >= 0)
            {
                at = ++retryAt;
                step = retryStep;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(step).TrimStart('%').IsEmpty;
    }

    private bool Same(char a, char b) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));

    private static int Width(string text, int at) => char.IsSurrogatePair(text, at) ? 2 : 1;
}
