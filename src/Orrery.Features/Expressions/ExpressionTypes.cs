namespace Orrery.Features;

/// <summary>Which kinds go together, and what comes of them.</summary>
internal static class ExpressionTypes
{
    public static ExpressionNode Compare(ExpressionNode left, ExpressionNode right, string symbol, int at)
    {
        var (items, _) = Unify([left, right], symbol, at, ordered: true);
        return new ComparisonNode(items[0], items[1], symbol);
    }

    public static ExpressionNode Arithmetic(ExpressionNode left, ExpressionNode right, char symbol, int at)
    {
        left = NumberOrNull(left, at);
        right = NumberOrNull(right, at);
        return symbol is not '/' && left.Kind is ValueKind.Whole && right.Kind is ValueKind.Whole
            ? new WholeNode(left, right, symbol)
            : new FractionNode(Widen(left), Widen(right), symbol);
    }

    public static ExpressionNode NumberOrNull(ExpressionNode node, int at) => node.Kind switch
    {
        ValueKind.Whole or ValueKind.Fraction => node,
        ValueKind.Unknown => new LiteralNode(ValueKind.Fraction, FeatureValue.Null),
        _ => throw new ExpressionException($"A number is needed, and there is {node.Words}.", at),
    };

    public static ExpressionNode Text(ExpressionNode node, int at) => node.Kind is ValueKind.Text or ValueKind.Unknown
        ? node
        : throw new ExpressionException($"A text is needed, and there is {node.Words}; convert it with cast(... as string).", at);

    /// <summary>Brings all to one kind: that of those that are not null, or fractions where whole numbers meet them.</summary>
    /// <param name="nodes">At least one.</param>
    /// <param name="what">For messages.</param>
    /// <param name="at">For messages.</param>
    /// <param name="ordered">Whether the values are compared.</param>
    public static (ExpressionNode[] Items, ValueKind Kind) Unify(IReadOnlyList<ExpressionNode> nodes, string what, int at, bool ordered)
    {
        var kind = ValueKind.Unknown;
        ExpressionNode? first = null;
        foreach (var node in nodes)
        {
            if (node.Kind is ValueKind.Unknown)
                continue;
            if (ordered && node.Kind is ValueKind.Other)
                throw new ExpressionException($"'{what}' cannot compare {node.Words}.", at);
            first ??= node;
            if (kind is ValueKind.Unknown || (kind is ValueKind.Whole && node.Kind is ValueKind.Fraction))
                kind = node.Kind;
            else if (kind != node.Kind && !(kind is ValueKind.Fraction && node.Kind is ValueKind.Whole))
                throw new ExpressionException($"'{what}' cannot bring {first.Words} and {node.Words} together; convert one with cast(... as ...).", at);
            else if (kind is ValueKind.Other && node.Exact != first.Exact)
                throw new ExpressionException($"'{what}' cannot bring {first.Words} and {node.Words} together.", at);
        }

        return ([.. nodes.Select(node => kind is ValueKind.Fraction ? Widen(node) : node)], kind);
    }

    /// <summary>The exact type of nodes of kind <see cref="ValueKind.Other"/>.</summary>
    public static FeatureType ExactOf(IReadOnlyList<ExpressionNode> nodes) =>
        nodes.FirstOrDefault(static node => node.Kind is ValueKind.Other)?.Exact ?? default;

    public static ExpressionNode Call(Token name, List<ExpressionNode> arguments)
    {
        // The number of places is a form of its own: it must be known when the expression is compiled.
        if (name.Is("round") && arguments.Count == 2)
            return Round(NumberOrNull(arguments[0], name.Position), arguments[1], name.Position);
        if (Functions.Find(name.Text) is not { } overloads)
            throw new ExpressionException($"There is no function {name.Text}.", name.Position);
        foreach (var spec in overloads)
        {
            if (spec.Parameters.Length == arguments.Count && spec.Parameters.Select((kind, place) => Fits(arguments[place], kind)).All(static fits => fits))
                return new FunctionNode(spec, [.. arguments.Select((argument, place) => spec.Parameters[place] is ValueKind.Fraction ? Widen(argument) : argument)]);
        }

        var wanted = string.Join(" or ", overloads.Select(static spec => $"{spec.Name}({string.Join(", ", spec.Parameters.Select(Word))})"));
        throw new ExpressionException($"{name.Text} is called as {wanted}.", name.Position);
    }

    private static FunctionNode Round(ExpressionNode value, ExpressionNode places, int at)
    {
        if (places is not LiteralNode { Kind: ValueKind.Whole, Value.AsInt64: >= 0 and <= 12 } literal)
            throw new ExpressionException("The second argument of round must be a whole number from 0 to 12.", at);
        var factor = Math.Pow(10, literal.Value.AsInt64);
        var text = factor.ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
        var spec = new FunctionSpec(
            "round", [ValueKind.Fraction], ValueKind.Fraction, $"(round({{0}} * cast('{text}' as double)) / cast('{text}' as double))",
            (in v) => FeatureValue.Float64(Math.Round(v[0].AsDouble * factor, MidpointRounding.AwayFromZero) / factor));
        return new(spec, [Widen(value)]);
    }

    private static bool Fits(ExpressionNode node, ValueKind kind) =>
        node.Kind == kind || node.Kind is ValueKind.Unknown || (kind is ValueKind.Fraction && node.Kind is ValueKind.Whole);

    private static ExpressionNode Widen(ExpressionNode node) => node.Kind is ValueKind.Whole ? new WidenNode(node) : node;

    private static string Word(ValueKind kind) => kind switch
    {
        ValueKind.Bool => "condition",
        ValueKind.Whole => "whole number",
        ValueKind.Fraction => "number",
        ValueKind.Text => "text",
        _ => "moment",
    };
}
