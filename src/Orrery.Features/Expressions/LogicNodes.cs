using System.Text;

namespace Orrery.Features;

/// <summary><c>not</c>, of three values.</summary>
internal sealed class NotNode(ExpressionNode inner) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("(not ");
        inner.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        return value.IsNull ? value : FeatureValue.Bool(!value.AsBool);
    }
}

/// <summary><c>and</c> and <c>or</c>, of three values.</summary>
internal sealed class JunctionNode(ExpressionNode left, ExpressionNode right, bool isAnd) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        left.AppendSql(sql, column);
        sql.Append(isAnd ? " and " : " or ");
        right.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var first = left.Evaluate(row);
        if (!first.IsNull && first.AsBool != isAnd)
            return first;
        var second = right.Evaluate(row);
        if (!second.IsNull && second.AsBool != isAnd)
            return second;
        return first.IsNull ? first : second;
    }
}

/// <summary><c>is null</c> and <c>is not null</c>.</summary>
internal sealed class IsNullNode(ExpressionNode inner, bool negated) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        inner.AppendSql(sql, column);
        sql.Append(negated ? " is not null)" : " is null)");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row) => FeatureValue.Bool(inner.Evaluate(row).IsNull != negated);
}

/// <summary>A comparison. Texts compare by their UTF-8 bytes; NaN equals itself and is greater than every number.</summary>
/// <param name="left">Of the same kind as right, two whole numbers or two fractions among them.</param>
/// <param name="right">The other side.</param>
/// <param name="symbol">One of <c>= &lt;&gt; &lt; &lt;= &gt; &gt;=</c>.</param>
internal sealed class ComparisonNode(ExpressionNode left, ExpressionNode right, string symbol) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        left.AppendSql(sql, column);
        sql.Append(' ').Append(symbol).Append(' ');
        right.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var first = left.Evaluate(row);
        var second = right.Evaluate(row);
        if (first.IsNull || second.IsNull)
            return FeatureValue.Null;
        var order = Order.Of(first, second);
        return FeatureValue.Bool(symbol switch
        {
            "=" => order == 0,
            "<>" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        });
    }
}

/// <summary>The order that DuckDB gives values.</summary>
internal static class Order
{
    public static int Of(double first, double second)
    {
        if (double.IsNaN(first) || double.IsNaN(second))
            return double.IsNaN(first).CompareTo(double.IsNaN(second));
        return first < second ? -1 : first > second ? 1 : 0;
    }

    /// <summary>Of two values of one kind, neither null.</summary>
    public static int Of(FeatureValue first, FeatureValue second) => first.Kind switch
    {
        FeatureKind.String => OfText(first.AsString, second.AsString),
        FeatureKind.Float64 => Of(first.AsDouble, second.AsDouble),
        _ => first.AsInt64.CompareTo(second.AsInt64),
    };

    /// <summary>By code points, which is the order of UTF-8 bytes; UTF-16 puts surrogates before U+E000.</summary>
    public static int OfText(string first, string second)
    {
        var length = Math.Min(first.Length, second.Length);
        for (var at = 0; at < length; at++)
        {
            char a = first[at], b = second[at];
            if (a == b)
                continue;
            if (char.IsSurrogate(a) != char.IsSurrogate(b))
                return char.IsSurrogate(a) ? 1 : -1;
            return a.CompareTo(b);
        }

        return first.Length.CompareTo(second.Length);
    }
}
