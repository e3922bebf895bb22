namespace Orrery.Tracking;

/// <summary>
/// Groups a filter's tokens into comparisons joined by AND. As in MLflow an AND too many or too few is forgiven, since
/// clients glue filters together, and a word behind a comparison or another word belongs to it as an alias would in SQL,
/// which decides only how the refusal names it.
/// </summary>
internal sealed class ClauseReader
{
    private readonly string _text;
    private readonly List<SearchToken> _tokens;
    private readonly int[] _closedBy;
    private int _at;

    public ClauseReader(string text, List<SearchToken> tokens)
    {
        _text = text;
        _tokens = tokens;
        _closedBy = MatchParentheses(tokens);
    }

    /// <summary>What can be a comparison, in order.</summary>
    public List<SearchClause> Clauses { get; } = [];

    /// <summary>What cannot, as written, in order.</summary>
    public List<string> Invalid { get; } = [];

    public void Read()
    {
        while (_at < _tokens.Count)
        {
            if (IsWord(_at, "AND"))
                _at++;
            else
                ReadClause();
        }
    }

    private void ReadClause()
    {
        var start = _at;
        if (!TryOperand(start, out var left, out var next))
        {
            _at++;
            Invalid.Add(Slice(start, _at));
            return;
        }

        var clause = ReadComparison(left, ref next);
        var end = next;
        if (left.Kind is not OperandKind.Text || clause is not null)
            end = SkipAlias(next);
        _at = end;
        if (clause is not null && end == next)
            Clauses.Add(clause);
        else
            Invalid.Add(Slice(start, end));
    }

    /// <summary>The comparison that begins with <paramref name="left"/>; null, and nothing consumed, when it is none.</summary>
    private SearchClause? ReadComparison(Operand left, ref int next)
    {
        if (!TryComparator(next, out var symbol, out var right) || !TryOperand(right, out var value, out var end))
            return null;
        if (symbol is "IN" or "NOT IN" && (left.Kind is not OperandKind.Identifier || value.Kind is not OperandKind.List))
            return null;
        next = end;
        return new SearchClause(left, symbol, value);
    }

    private int SkipAlias(int at)
    {
        if (!TryOperand(at, out var alias, out var next) || alias.Kind is not OperandKind.Identifier)
            return at;
        var end = next;
        return ReadComparison(alias, ref end) is null ? next : at;
    }

    private bool TryComparator(int at, out string symbol, out int next)
    {
        symbol = "";
        next = at + 1;
        if (at >= _tokens.Count)
            return false;
        if (_tokens[at].Kind is TokenKind.Comparator)
        {
            symbol = Slice(at, next);
            return true;
        }

        var not = IsWord(at, "NOT");
        var word = not ? at + 1 : at;
        if (!IsWord(word, "LIKE", "ILIKE", "RLIKE", "REGEXP", "IN"))
            return false;
        next = word + 1;
        symbol = (not ? "NOT " : "") + Slice(word, next).ToUpperInvariant();
        return true;
    }

    private bool TryOperand(int at, out Operand operand, out int next)
    {
        operand = default;
        next = at + 1;
        if (at >= _tokens.Count)
            return false;
        OperandKind kind;
        switch (_tokens[at].Kind)
        {
            case TokenKind.Text:
                kind = OperandKind.Text;
                break;
            case TokenKind.Number:
                kind = OperandKind.Number;
                break;
            case TokenKind.Open when _closedBy[at] > 0:
                kind = OperandKind.List;
                next = _closedBy[at] + 1;
                break;
            case TokenKind.Identifier when IsWord(at, "NULL"):
                kind = OperandKind.Other;
                break;
            case TokenKind.Identifier when !IsKeyword(at):
                var call = next < _tokens.Count && _closedBy[next] > 0;
                kind = call ? OperandKind.Other : OperandKind.Identifier;
                next = call ? _closedBy[next] + 1 : next;
                break;
            default:
                return false;
        }

        operand = new Operand(kind, Slice(at, next));
        return true;
    }

    private bool IsKeyword(int at) =>
        IsWord(at, "AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "TRUE", "FALSE", "LIKE", "ILIKE", "RLIKE", "REGEXP");

    private bool IsWord(int at, params ReadOnlySpan<string> words)
    {
        if (at >= _tokens.Count || _tokens[at] is not { Kind: TokenKind.Identifier } token)
            return false;
        var text = _text.AsSpan(token.Start, token.End - token.Start);
        foreach (var word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The filter as written, from one token up to but not including another.</summary>
    private string Slice(int first, int end) => _text[_tokens[first].Start.._tokens[end - 1].End];

    /// <summary>Index of the closing parenthesis by that of the opening one; 0 for all else.</summary>
    private static int[] MatchParentheses(List<SearchToken> tokens)
    {
        var closedBy = new int[tokens.Count];
        var open = new Stack<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind is TokenKind.Open)
                open.Push(i);
            else if (tokens[i].Kind is TokenKind.Close && open.TryPop(out var opening))
                closedBy[opening] = i;
        }

        return closedBy;
    }
}
