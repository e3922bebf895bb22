using System.Text;

namespace Orrery.Contracts;

/// <summary>Cuts an expression into tokens.</summary>
internal static class PolicyLexer
{
    private const int MostTokens = 2_000;
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", ".", "-"];

    /// <summary>The tokens, an end behind them; or what is wrong.</summary>
    public static (List<PolicyToken> Tokens, PolicyError? Error) Cut(string text)
    {
        var tokens = new List<PolicyToken>();
        for (var at = 0; at < text.Length;)
        {
            var here = text[at];
            if (here is ' ' or '\t' or '\r' or '\n')
            {
                at++;
                continue;
            }

            if (tokens.Count == MostTokens)
                return (tokens, new(at, $"an expression may have {MostTokens} words and signs"));
            var (token, next, wrong) = here switch
            {
                '\'' or '"' => Quoted(text, at),
                >= '0' and <= '9' => Number(text, at),
                _ when IsLetter(here) => Name(text, at),
                _ => Symbol(text, at),
            };
            if (wrong is not null)
                return (tokens, wrong);
            tokens.Add(token);
            at = next;
        }

        tokens.Add(new(PolicyTokenKind.End, "the end", text.Length));
        return (tokens, null);
    }

    private static (PolicyToken, int, PolicyError?) Quoted(string text, int from)
    {
        var content = new StringBuilder();
        for (var at = from + 1; at < text.Length; at++)
        {
            if (text[at] == text[from])
                return (new(PolicyTokenKind.Text, content.ToString(), from), at + 1, null);
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '\\' or '\'' or '"')
                at++;
            content.Append(text[at]);
        }

        return (default, 0, new(from, "the text has no closing quote"));
    }

    private static (PolicyToken, int, PolicyError?) Number(string text, int from)
    {
        var at = from;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '_'))
            at++;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }

        return at < text.Length && IsLetter(text[at])
            ? (default, 0, new(at, "a number ends where a letter begins"))
            : (new(PolicyTokenKind.Number, text[from..at].Replace("_", "", StringComparison.Ordinal), from), at, null);
    }

    private static (PolicyToken, int, PolicyError?) Name(string text, int from)
    {
        var at = from;
        while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at])))
            at++;
        return (new(PolicyTokenKind.Name, text[from..at], from), at, null);
    }

    private static (PolicyToken, int, PolicyError?) Symbol(string text, int from)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, from, symbol, 0, symbol.Length) == 0)
                return (new(PolicyTokenKind.Symbol, symbol, from), from + symbol.Length, null);
        }

        var sign = text[from] == '=' ? "'=' is no comparison; write '=='" : char.IsControl(text[from]) || char.IsSurrogate(text[from]) ? "this character is not part of the language" : $"'{text[from]}' is not part of the language";
        return (default, 0, new(from, sign));
    }

    private static bool IsLetter(char one) => char.IsAsciiLetter(one) || one == '_';
}
