using System.Buffers;

namespace Orrery.Tracking;

/// <summary>
/// Cuts filters and order_by terms into tokens, in linear time. Never fails: what it does not know becomes
/// <see cref="TokenKind.Other"/>. Follows SQL as MLflow reads it, and beyond it takes unquoted keys with <c>/ - :</c> and
/// digits after a dot, which MLflow wants quoted.
/// </summary>
internal static class SearchLexer
{
    private static readonly SearchValues<char> _comparatorChars = SearchValues.Create("<>=~!");

    public static List<SearchToken> Read(string text)
    {
        var tokens = new List<SearchToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var (kind, end) = Next(text, at);
            tokens.Add(new SearchToken(kind, at, end));
            at = end;
        }

        return tokens;
    }

    /// <summary>
    /// Where the part of an identifier that starts at <paramref name="at"/> ends; <paramref name="at"/> itself when none does.
    /// </summary>
    public static int PartEnd(string text, int at)
    {
        if (at >= text.Length)
            return at;
        if (text[at] is '`' or '"' or '\'')
            return QuotedEnd(text, at);
        while (at < text.Length && IsKeyChar(text[at]))
            at++;
        return at;
    }

    private static (TokenKind Kind, int End) Next(string text, int at)
    {
        switch (text[at])
        {
            case '(':
                return (TokenKind.Open, at + 1);
            case ')':
                return (TokenKind.Close, at + 1);
            case ',':
                return (TokenKind.Comma, at + 1);
            case ';':
                return (TokenKind.Semicolon, at + 1);
            case '\'':
                var textEnd = QuotedEnd(text, at);
                return textEnd > at ? (TokenKind.Text, textEnd) : (TokenKind.Other, at + 1);
        }

        if (_comparatorChars.Contains(text[at]))
        {
            var run = text.AsSpan(at).IndexOfAnyExcept(_comparatorChars);
            return (TokenKind.Comparator, run < 0 ? text.Length : at + run);
        }

        if (NumberEnd(text, at) is var numberEnd && numberEnd > at)
            return (TokenKind.Number, numberEnd);
        return IdentifierEnd(text, at) is var end && end > at ? (TokenKind.Identifier, end) : (TokenKind.Other, at + 1);
    }

    private static int IdentifierEnd(string text, int at)
    {
        // The dashes and slashes of keys do not begin an identifier; they might be comments or arithmetic.
        if (text[at] is '-' or '/' or ':')
            return at;
        var end = PartEnd(text, at);
        if (end == at)
            return at;
        while (end < text.Length && text[end] is '.' && PartEnd(text, end + 1) is var next && next > end + 1)
            end = next;
        return end;
    }

    /// <summary>A signed decimal number with or without exponent. Digits that run into letters are a word.</summary>
    private static int NumberEnd(string text, int at)
    {
        var end = text[at] is '-' or '+' ? at + 1 : at;
        var whole = Digits(text, end);
        var fraction = whole < text.Length && text[whole] is '.' ? Digits(text, whole + 1) : whole;
        if (whole == end && fraction <= whole + 1)
            return at;
        end = fraction;
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1 < text.Length && text[end + 1] is '-' or '+' ? end + 2 : end + 1;
            var exponentEnd = Digits(text, exponent);
            end = exponentEnd > exponent ? exponentEnd : end;
        }

        return end < text.Length && IsWordChar(text[end]) ? at : end;
    }

    private static int Digits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at;
    }

    /// <summary>
    /// After the closing quote, doubled quotes being part of the text; <paramref name="at"/> when the quote is never closed.
    /// Of each kind of quote one at most is never closed, since the quotes after it stand in pairs, so time stays linear.
    /// </summary>
    private static int QuotedEnd(string text, int at)
    {
        var quote = text[at];
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
                continue;
            if (i + 1 < text.Length && text[i + 1] == quote)
            {
                i++;
                continue;
            }

            return i + 1;
        }

        return at;
    }

    private static bool IsWordChar(char c) => char.IsLetterOrDigit(c) || c is '_' || char.IsSurrogate(c);

    private static bool IsKeyChar(char c) => IsWordChar(c) || c is '-' or '/' or ':';
}
