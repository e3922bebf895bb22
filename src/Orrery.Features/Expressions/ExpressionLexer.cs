using System.Globalization;

namespace Orrery.Features;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    End,
    Name,
    QuotedName,
    Whole,
    Number,
    Text,
    Symbol,
}

/// <summary>One token: its words as written, without quotes.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    /// <summary>True for a word of the language, in any case.</summary>
    public bool Is(string word) => Kind is TokenKind.Name && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind is TokenKind.Symbol && Text == symbol;
}

/// <summary>Cuts an expression into tokens.</summary>
internal static class ExpressionLexer
{
    public const int MaxLength = 10_000;
    private static readonly string[] Symbols = ["<>", "!=", "<=", ">=", "||", "(", ")", ",", "+", "-", "*", "/", "%", "=", "<", ">"];

    public static List<Token> Cut(string text)
    {
        if (text.Length > MaxLength)
            throw new ExpressionException($"The expression has {text.Length.ToString(CultureInfo.InvariantCulture)} characters; at most {MaxLength} are allowed.", 0);
        var tokens = new List<Token>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            tokens.Add(Next(text, ref at));
        }

        tokens.Add(new(TokenKind.End, "", text.Length));
        return tokens;
    }

    private static Token Next(string text, ref int at)
    {
        var start = at;
        var first = text[at];
        if (first is '\'' or '"')
            return Quoted(text, ref at, first);
        if (char.IsAsciiLetter(first) || first is '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_'))
                at++;
            return new(TokenKind.Name, text[start..at], start);
        }

        if (char.IsAsciiDigit(first) || (first is '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, ref at);
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
                continue;
            at += symbol.Length;
            return new(TokenKind.Symbol, symbol, start);
        }

        throw new ExpressionException($"'{first}' has no meaning here.", start);
    }

    private static Token Quoted(string text, ref int at, char quote)
    {
        var start = at++;
        var value = new System.Text.StringBuilder();
        while (true)
        {
            if (at == text.Length)
                throw new ExpressionException(quote is '\'' ? "The text is not closed with '." : "The name is not closed with \".", start);
            var next = text[at++];
            if (next == '\0' || char.IsSurrogate(next) && !IsPair(text, at - 1))
                throw new ExpressionException("A text holds a character that cannot be stored.", at - 1);
            if (next == quote)
            {
                if (at == text.Length || text[at] != quote)
                    return new(quote is '\'' ? TokenKind.Text : TokenKind.QuotedName, value.ToString(), start);
                at++;
            }

            value.Append(next);
        }
    }

    private static bool IsPair(string text, int at) => char.IsHighSurrogate(text[at])
        ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
        : at > 0 && char.IsHighSurrogate(text[at - 1]);

    private static Token Number(string text, ref int at)
    {
        var start = at;
        var isWhole = true;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at < text.Length && text[at] is '.')
        {
            isWhole = false;
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var exponent = at + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
                exponent++;
            if (exponent == text.Length || !char.IsAsciiDigit(text[exponent]))
                throw new ExpressionException("The exponent has no digits.", at);
            isWhole = false;
            at = exponent;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }

        if (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] is '_'))
            throw new ExpressionException($"'{text[start..(at + 1)]}' is neither a number nor a name.", start);
        return new(isWhole ? TokenKind.Whole : TokenKind.Number, text[start..at], start);
    }
}
