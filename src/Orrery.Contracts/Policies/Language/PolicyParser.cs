using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Contracts;

/// <summary>Reads an expression. Nesting is bounded, so that neither reading nor evaluating can exhaust the stack.</summary>
internal sealed class PolicyParser(List<PolicyToken> tokens)
{
    private const int MostDepth = 32;
    private const int LongestPattern = 200;
    private static readonly Dictionary<string, int> Functions = new(StringComparer.Ordinal)
    {
        ["exists"] = 1,
        ["contains"] = 2,
        ["size"] = 1,
        ["min"] = 1,
        ["max"] = 1,
        ["sum"] = 1,
        ["days_since"] = 1,
        ["matches"] = 2,
        ["default"] = 2,
        ["lower"] = 1,
    };

    private static readonly HashSet<string> Each = new(["any", "all", "count", "min", "max", "sum"], StringComparer.Ordinal);
    private static readonly HashSet<string> Words = new(["and", "or", "not", "in", "true", "false"], StringComparer.Ordinal);
    private readonly List<string> _variables = [];
    private int _at;
    private int _depth;

    /// <summary>The expression of a text; or what is wrong.</summary>
    public static (PolicyNode? Node, PolicyError? Error) Read(string text)
    {
        var (tokens, wrong) = PolicyLexer.Cut(text);
        if (wrong is not null)
            return (null, wrong);
        var parser = new PolicyParser(tokens);
        try
        {
            var node = parser.Or();
            return parser.Now.Kind == PolicyTokenKind.End ? (node, null) : (null, new(parser.Now.Position, $"'{Clip(parser.Now.Text)}' stands where the expression should end"));
        }
        catch (PolicySyntaxException syntax)
        {
            return (null, syntax.Error);
        }
    }

    private PolicyToken Now => tokens[_at];

    private PolicyNode Or() => Deeper(() => Junction("or", And));

    private PolicyNode And() => Junction("and", Not);

    private PolicyNode Junction(string word, Func<PolicyNode> part)
    {
        var first = part();
        if (!IsWord(word))
            return first;
        var parts = new List<PolicyNode> { first };
        while (TakeWord(word))
            parts.Add(part());
        return new JunctionNode(first.Position, word == "and", parts);
    }

    private PolicyNode Not()
    {
        var from = Now.Position;
        return TakeWord("not") ? Deeper(() => new NotNode(from, Not())) : Comparison();
    }

    private PolicyNode Comparison()
    {
        var left = Operand();
        if (Now is { Kind: PolicyTokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } sign)
        {
            _at++;
            var right = Operand();
            return Now is { Kind: PolicyTokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" }
                ? throw Wrong("comparisons do not chain; join two with 'and'")
                : new ComparisonNode(left.Position, sign.Text, left, right);
        }

        if (TakeWord("in"))
            return new ComparisonNode(left.Position, "in", left, Operand());
        if (IsWord("not") && tokens[_at + 1] is { Kind: PolicyTokenKind.Name, Text: "in" })
        {
            _at += 2;
            return new NotNode(left.Position, new ComparisonNode(left.Position, "in", left, Operand()));
        }

        return left;
    }

    private PolicyNode Operand()
    {
        var token = Now;
        switch (token.Kind)
        {
            case PolicyTokenKind.Text:
                _at++;
                return new LiteralNode(token.Position, PolicyValue.Of(token.Text));
            case PolicyTokenKind.Number:
                _at++;
                return new LiteralNode(token.Position, Number(token, 1));
            case PolicyTokenKind.Symbol when token.Text == "-" && tokens[_at + 1].Kind == PolicyTokenKind.Number:
                _at += 2;
                return new LiteralNode(token.Position, Number(tokens[_at - 1], -1));
            case PolicyTokenKind.Symbol when token.Text == "(":
                _at++;
                var inner = Or();
                Take(")");
                return inner;
            case PolicyTokenKind.Symbol when token.Text == "[":
                return Deeper(List);
            case PolicyTokenKind.Name when token.Text is "true" or "false":
                _at++;
                return new LiteralNode(token.Position, PolicyValue.Of(token.Text == "true"));
            case PolicyTokenKind.Name when !Words.Contains(token.Text):
                return tokens[_at + 1] is { Kind: PolicyTokenKind.Symbol, Text: "(" } ? Deeper(Call) : Path();
            default:
                throw Wrong($"'{Clip(token.Text)}' stands where a value should: a text in quotes, a number, true, false, a path, a function, or an expression in brackets");
        }
    }

    private ListNode List()
    {
        var from = Now.Position;
        Take("[");
        var items = new List<PolicyNode>();
        while (!IsSymbol("]"))
        {
            items.Add(Operand());
            if (!IsSymbol("]"))
                Take(",");
        }

        Take("]");
        return new ListNode(from, items);
    }

    private PathNode Path()
    {
        var root = Now;
        _at++;
        var steps = new List<(string? Name, int Place)>();
        while (true)
        {
            if (IsSymbol("."))
            {
                _at++;
                steps.Add(Now.Kind == PolicyTokenKind.Name ? (Now.Text, 0) : throw Wrong("after '.' comes a name"));
                _at++;
            }
            else if (IsSymbol("["))
            {
                _at++;
                steps.Add(Now.Kind switch
                {
                    PolicyTokenKind.Text => (Now.Text, 0),
                    PolicyTokenKind.Number when int.TryParse(Now.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) => (null, place),
                    _ => throw Wrong("in '[' and ']' comes a text in quotes, or a whole number from 0"),
                });
                _at++;
                Take("]");
            }
            else
            {
                return new PathNode(root.Position, root.Text, steps);
            }
        }
    }

    private PolicyNode Call()
    {
        var name = Now;
        _at += 2;
        if (Each.Contains(name.Text) && Now.Kind == PolicyTokenKind.Name && tokens[_at + 1] is { Kind: PolicyTokenKind.Name, Text: "in" })
            return ForEach(name);
        if (!Functions.TryGetValue(name.Text, out var wanted))
            throw new PolicySyntaxException(new(name.Position, Each.Contains(name.Text) ? $"write {name.Text}(x in list, ...)" : $"there is no function '{Clip(name.Text)}'; there are {string.Join(", ", Functions.Keys.Concat(Each).Distinct().Order(StringComparer.Ordinal))}"));
        var arguments = new List<PolicyNode>();
        while (!IsSymbol(")"))
        {
            arguments.Add(Or());
            if (!IsSymbol(")"))
                Take(",");
        }

        Take(")");
        if (arguments.Count != wanted)
            throw new PolicySyntaxException(new(name.Position, $"{name.Text} takes {wanted} value{(wanted == 1 ? "" : "s")}, not {arguments.Count}"));
        if (name.Text == "exists" && arguments[0] is not PathNode)
            throw new PolicySyntaxException(new(arguments[0].Position, "exists takes a path"));
        return new CallNode(name.Position, name.Text, arguments) { Pattern = name.Text == "matches" ? Pattern(arguments[1]) : null };
    }

    private EachNode ForEach(PolicyToken name)
    {
        var variable = Now.Text;
        if (Words.Contains(variable) || _variables.Contains(variable))
            throw Wrong($"'{Clip(variable)}' is taken; choose another name for the element");
        _at += 2;
        var list = Operand();
        Take(",");
        _variables.Add(variable);
        var body = Or();
        _variables.RemoveAt(_variables.Count - 1);
        Take(")");
        return new EachNode(name.Position, name.Text, variable, list, body);
    }

    // Without going back, a match takes time linear in the text, whatever the pattern.
    private static Regex Pattern(PolicyNode argument)
    {
        if (argument is not LiteralNode { Value: { Kind: PolicyValueKind.Text, Text: { } pattern } } || pattern.Length > LongestPattern)
            throw new PolicySyntaxException(new(argument.Position, $"the pattern is a text in quotes of up to {LongestPattern} characters"));
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new PolicySyntaxException(new(argument.Position, "the pattern cannot be used: " + Clip(wrong.Message)));
        }
    }

    private static PolicyValue Number(PolicyToken token, int sign) =>
        double.TryParse(token.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? PolicyValue.Of(sign * number)
            : throw new PolicySyntaxException(new(token.Position, "the number is too large"));

    private T Deeper<T>(Func<T> read)
    {
        if (++_depth > MostDepth)
            throw Wrong($"the expression is nested deeper than {MostDepth}");
        var node = read();
        _depth--;
        return node;
    }

    private bool IsWord(string word) => Now.Kind == PolicyTokenKind.Name && Now.Text == word;

    private bool TakeWord(string word)
    {
        if (!IsWord(word))
            return false;
        _at++;
        return true;
    }

    private bool IsSymbol(string symbol) => Now.Kind == PolicyTokenKind.Symbol && Now.Text == symbol;

    private void Take(string symbol)
    {
        if (!IsSymbol(symbol))
            throw Wrong($"'{Clip(Now.Text)}' stands where '{symbol}' should");
        _at++;
    }

    private PolicySyntaxException Wrong(string message) => new(new(Now.Position, message));

    private static string Clip(string text) => text.Length > 60 ? text[..60] + "..." : text;

    /// <summary>Ends reading; caught where it began.</summary>
    private sealed class PolicySyntaxException(PolicyError error) : Exception(error.Message)
    {
        public PolicyError Error { get; } = error;
    }
}
