using System.Globalization;

namespace Orrery.Features;

/// <summary>
/// Reads an expression by recursive descent and checks its types as it goes. From loosest to tightest: <c>or</c>, <c>and</c>, <c>not</c>,
/// comparisons, <c>||</c>, <c>+ -</c>, <c>* / %</c>, minus.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MaxDepth = 60;
    private const int MaxTokens = 2_000;

    private readonly IReadOnlyList<ExpressionColumn> _columns;
    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private ExpressionParser(List<Token> tokens, IReadOnlyList<ExpressionColumn> columns)
    {
        _tokens = tokens;
        _columns = columns;
    }

    private Token Next => _tokens[_at];

    /// <exception cref="ExpressionException">It is not a valid expression.</exception>
    public static ExpressionNode Parse(string text, IReadOnlyList<ExpressionColumn> columns)
    {
        var tokens = ExpressionLexer.Cut(text);
        if (tokens.Count > MaxTokens)
            throw new ExpressionException($"The expression has {tokens.Count} words and signs; at most {MaxTokens} are allowed.", 0);
        var parser = new ExpressionParser(tokens, columns);
        if (parser.Next.Kind is TokenKind.End)
            throw new ExpressionException("The expression is empty.", 0);
        var node = parser.Any();
        if (parser.Next.Kind is not TokenKind.End)
            throw parser.Unexpected("an operator or the end");
        return node;
    }

    private ExpressionNode Any()
    {
        if (++_depth > MaxDepth)
            throw new ExpressionException($"The expression is nested more than {MaxDepth} deep.", Next.Position);
        var left = All();
        var chain = 0;
        while (Next.Is("or"))
        {
            var at = Take().Position;
            left = new JunctionNode(Logic(left, at), Logic(All(), at), isAnd: false);
            Count(ref chain, at);
        }

        _depth--;
        return left;
    }

    private ExpressionNode All()
    {
        var left = Not();
        var chain = 0;
        while (Next.Is("and"))
        {
            var at = Take().Position;
            left = new JunctionNode(Logic(left, at), Logic(Not(), at), isAnd: true);
            Count(ref chain, at);
        }

        return left;
    }

    private ExpressionNode Not()
    {
        if (!Next.Is("not"))
            return Comparison();
        var at = Take().Position;
        if (++_depth > MaxDepth)
            throw new ExpressionException($"The expression is nested more than {MaxDepth} deep.", at);
        var inner = Logic(Not(), at);
        _depth--;
        return new NotNode(inner);
    }

    private ExpressionNode Comparison()
    {
        var left = Joined();
        while (true)
        {
            var token = Next;
            if (token.Kind is TokenKind.Symbol && token.Text is "=" or "<>" or "!=" or "<" or "<=" or ">" or ">=")
            {
                Take();
                left = ExpressionTypes.Compare(left, Joined(), token.Text is "!=" ? "<>" : token.Text, token.Position);
                if (Next.Kind is TokenKind.Symbol && Next.Text is "=" or "<>" or "!=" or "<" or "<=" or ">" or ">=")
                    throw new ExpressionException("Comparisons cannot follow each other; join them with 'and'.", Next.Position);
                continue;
            }

            if (token.Is("is"))
            {
                Take();
                var negated = Skip("not");
                Expect("null");
                left = new IsNullNode(left, negated);
                continue;
            }

            var not = token.Is("not") && (_tokens[_at + 1].Is("in") || _tokens[_at + 1].Is("between"));
            if (not)
                Take();
            if (Next.Is("between"))
                left = Between(left);
            else if (Next.Is("in"))
                left = In(left);
            else
                return left;
            if (not)
                left = new NotNode(left);
        }
    }

    private BetweenNode Between(ExpressionNode inner)
    {
        var at = Take().Position;
        var low = Joined();
        Expect("and");
        var (items, _) = ExpressionTypes.Unify([inner, low, Joined()], "between", at, ordered: true);
        return new(items[0], items[1], items[2]);
    }

    private InNode In(ExpressionNode inner)
    {
        var at = Take().Position;
        ExpectSymbol("(");
        var (items, _) = ExpressionTypes.Unify([inner, .. List()], "in", at, ordered: true);
        return new(items[0], items[1..]);
    }

    private ExpressionNode Joined()
    {
        var left = Sum();
        var chain = 0;
        while (Next.IsSymbol("||"))
        {
            var at = Take().Position;
            left = new JoinTextNode(ExpressionTypes.Text(left, at), ExpressionTypes.Text(Sum(), at));
            Count(ref chain, at);
        }

        return left;
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        var chain = 0;
        while (Next.IsSymbol("+") || Next.IsSymbol("-"))
        {
            var token = Take();
            left = ExpressionTypes.Arithmetic(left, Product(), token.Text[0], token.Position);
            Count(ref chain, token.Position);
        }

        return left;
    }

    private ExpressionNode Product()
    {
        var left = Signed();
        var chain = 0;
        while (Next.IsSymbol("*") || Next.IsSymbol("/") || Next.IsSymbol("%"))
        {
            var token = Take();
            left = ExpressionTypes.Arithmetic(left, Signed(), token.Text[0], token.Position);
            Count(ref chain, token.Position);
        }

        return left;
    }

    private ExpressionNode Signed()
    {
        if (!Next.IsSymbol("-"))
            return Single();
        var at = Take().Position;
        // The smallest whole number has no positive counterpart.
        if (Next.Kind is TokenKind.Whole && Next.Text.TrimStart('0') is "9223372036854775808")
        {
            Take();
            return new LiteralNode(ValueKind.Whole, FeatureValue.Int64(long.MinValue));
        }

        if (++_depth > MaxDepth)
            throw new ExpressionException($"The expression is nested more than {MaxDepth} deep.", at);
        var inner = Signed();
        _depth--;
        return new NegateNode(ExpressionTypes.NumberOrNull(inner, at));
    }

    private ExpressionNode Single()
    {
        var token = Next;
        switch (token.Kind)
        {
            case TokenKind.Whole:
                Take();
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? new LiteralNode(ValueKind.Whole, FeatureValue.Int64(whole))
                    : throw new ExpressionException($"{token.Text} does not fit 64 bits; write it with a decimal point.", token.Position);
            case TokenKind.Number:
                Take();
                var number = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(number)
                    ? new LiteralNode(ValueKind.Fraction, FeatureValue.Float64(number))
                    : throw new ExpressionException($"{token.Text} is too large for a double.", token.Position);
            case TokenKind.Text:
                Take();
                return new LiteralNode(ValueKind.Text, FeatureValue.String(token.Text));
            case TokenKind.QuotedName:
                Take();
                return Column(token);
            case TokenKind.Symbol when token.Text is "(":
                Take();
                var inner = Any();
                ExpectSymbol(")");
                return inner;
            case TokenKind.Name:
                return Word();
            default:
                throw Unexpected("a value");
        }
    }

    private ExpressionNode Word()
    {
        var token = Take();
        if (Next.IsSymbol("("))
            return Call(token);
        if (token.Is("null"))
            return new LiteralNode(ValueKind.Unknown, FeatureValue.Null);
        if (token.Is("true") || token.Is("false"))
            return new LiteralNode(ValueKind.Bool, FeatureValue.Bool(token.Is("true")));
        return token.Is("case") ? Case(token.Position) : Column(token);
    }

    private CaseNode Case(int at)
    {
        if (!Next.Is("when"))
            throw new ExpressionException("Only the form 'case when condition then value ... end' is known.", Next.Position);
        var whens = new List<ExpressionNode>();
        var results = new List<ExpressionNode>();
        while (Skip("when"))
        {
            whens.Add(Logic(Any(), Next.Position));
            Expect("then");
            results.Add(Any());
        }

        results.Add(Skip("else") ? Any() : new LiteralNode(ValueKind.Unknown, FeatureValue.Null));
        Expect("end");
        var (items, kind) = ExpressionTypes.Unify(results, "case", at, ordered: false);
        return new CaseNode([.. whens.Select((when, place) => (when, items[place]))], items[^1], kind) { Exact = ExpressionTypes.ExactOf(items) };
    }

    private ExpressionNode Call(Token name)
    {
        ExpectSymbol("(");
        if (name.Is("cast"))
            return Cast(name.Position);
        var arguments = List();
        switch (name.Text.ToLowerInvariant())
        {
            case "coalesce" when arguments.Count > 0:
                var (items, kind) = ExpressionTypes.Unify(arguments, "coalesce", name.Position, ordered: false);
                return new CoalesceNode(items, kind) { Exact = ExpressionTypes.ExactOf(items) };
            case "least" or "greatest" when arguments.Count > 0:
                var (values, common) = ExpressionTypes.Unify(arguments, name.Text, name.Position, ordered: true);
                return new ExtremeNode(values, name.Is("greatest"), common);
            case "nullif" when arguments.Count == 2:
                var (pair, _) = ExpressionTypes.Unify(arguments, "nullif", name.Position, ordered: true);
                return new NullIfNode(pair[0], pair[1]);
            default:
                return ExpressionTypes.Call(name, arguments);
        }
    }

    private ExpressionNode Cast(int at)
    {
        var inner = Any();
        Expect("as");
        var token = Take();
        if (!FeatureType.TryParse(token.Text, out var type))
            throw new ExpressionException($"'{token.Text}' is not a type; write one of {FeatureType.Known}.", token.Position);
        ExpectSymbol(")");
        return Casts.To(inner, type) ?? throw new ExpressionException($"{inner.Words} cannot be converted to {type}.", at);
    }

    private List<ExpressionNode> List()
    {
        var items = new List<ExpressionNode>();
        if (Next.IsSymbol(")"))
        {
            Take();
            return items;
        }

        while (true)
        {
            items.Add(Any());
            if (!Next.IsSymbol(","))
                break;
            Take();
        }

        ExpectSymbol(")");
        return items;
    }

    private ColumnNode Column(Token token)
    {
        for (var at = 0; at < _columns.Count; at++)
        {
            if (string.Equals(_columns[at].Name, token.Text, StringComparison.Ordinal))
                return new(at, _columns[at].Type) { Exact = _columns[at].Type };
        }

        var known = _columns.Count == 0 ? "there are none" : "there are " + string.Join(", ", _columns.Take(20).Select(static column => column.Name));
        throw new ExpressionException($"There is no column {token.Text}; {known}.", token.Position);
    }

    private static ExpressionNode Logic(ExpressionNode node, int at) => node.Kind is ValueKind.Bool or ValueKind.Unknown
        ? node
        : throw new ExpressionException($"A condition is needed, and there is {node.Words}.", at);

    private static void Count(ref int chain, int at)
    {
        if (++chain > 200)
            throw new ExpressionException("More than 200 operators in a row; use parentheses.", at);
    }

    private Token Take() => _tokens[_at++];

    private bool Skip(string word)
    {
        if (!Next.Is(word))
            return false;
        _at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Skip(word))
            throw Unexpected($"'{word}'");
    }

    private void ExpectSymbol(string symbol)
    {
        if (!Next.IsSymbol(symbol))
            throw Unexpected($"'{symbol}'");
        _at++;
    }

    private ExpressionException Unexpected(string wanted) => Next.Kind is TokenKind.End
        ? new($"The expression ends where {wanted} is needed.", Next.Position)
        : new($"'{Next.Text}' stands where {wanted} is needed.", Next.Position);
}
