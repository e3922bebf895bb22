using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Features;

/// <summary>Paths in which <c>*</c> stands for any characters but '/', <c>**</c> for any folders and <c>?</c> for one character.</summary>
internal sealed class Glob
{
    private readonly Regex? _regex;
    private readonly string _pattern;

    public Glob(string pattern)
    {
        _pattern = pattern;
        var first = pattern.AsSpan().IndexOfAny('*', '?');
        Prefix = first < 0 ? pattern : pattern[..first];
        if (first >= 0)
            _regex = new(Expression(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>What all that match begin with.</summary>
    public string Prefix { get; }

    public bool IsPlain => _regex is null;

    public bool Matches(string path) => _regex is null ? path == _pattern : _regex.IsMatch(path);

    private static string Expression(string pattern)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '?')
                text.Append("[^/]");
            else if (pattern[i] is not '*')
                text.Append(Regex.Escape(pattern[i].ToString()));
            else if (i + 1 >= pattern.Length || pattern[i + 1] != '*')
                text.Append("[^/]*");
            else if (i + 2 < pattern.Length && pattern[i + 2] == '/')
                (_, i) = (text.Append("(?:.*/)?"), i + 2);
            else
                (_, i) = (text.Append(".*"), i + 1);
        }

        return text.Append("\\z").ToString();
    }
}
