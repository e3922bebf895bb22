using System.Text;

namespace Orrery.Features;

/// <summary><c>+ - * %</c> of whole numbers: null where the result does not fit 64 bits, and for a remainder by zero.</summary>
internal sealed class WholeNode(ExpressionNode left, ExpressionNode right, char symbol) : ExpressionNode(ValueKind.Whole)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("try(");
        left.AppendSql(sql, column);
        sql.Append(' ').Append(symbol).Append(' ');
        if (symbol is '%')
            sql.Append("nullif(");
        right.AppendSql(sql, column);
        sql.Append(symbol is '%' ? ", 0))" : ")");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var first = left.Evaluate(row);
        var second = right.Evaluate(row);
        if (first.IsNull || second.IsNull)
            return FeatureValue.Null;
        long a = first.AsInt64, b = second.AsInt64, sum;
        switch (symbol)
        {
            case '+':
                sum = unchecked(a + b);
                return ((a ^ sum) & (b ^ sum)) < 0 ? FeatureValue.Null : FeatureValue.Int64(sum);
            case '-':
                sum = unchecked(a - b);
                return ((a ^ b) & (a ^ sum)) < 0 ? FeatureValue.Null : FeatureValue.Int64(sum);
            case '*':
                var high = Math.BigMul(a, b, out sum);
                return high != sum >> 63 ? FeatureValue.Null : FeatureValue.Int64(sum);
            default:
                return b == 0 || (b == -1 && a == long.MinValue) ? FeatureValue.Null : FeatureValue.Int64(a % b);
        }
    }
}

/// <summary><c>+ - * / %</c> of fractions by IEEE 754, but for a division by zero, which gives null.</summary>
internal sealed class FractionNode(ExpressionNode left, ExpressionNode right, char symbol) : ExpressionNode(ValueKind.Fraction)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        var divides = symbol is '/' or '%';
        sql.Append('(');
        left.AppendSql(sql, column);
        sql.Append(' ').Append(symbol).Append(' ');
        if (divides)
            sql.Append("nullif(");
        right.AppendSql(sql, column);
        sql.Append(divides ? ", 0))" : ")");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var first = left.Evaluate(row);
        var second = right.Evaluate(row);
        if (first.IsNull || second.IsNull)
            return FeatureValue.Null;
        double a = first.AsDouble, b = second.AsDouble;
        if (b == 0 && (symbol is '/' or '%'))
            return FeatureValue.Null;
        return FeatureValue.Float64(symbol switch
        {
            '+' => a + b,
            '-' => a - b,
            '*' => a * b,
            '/' => a / b,
            _ => a % b,
        });
    }
}

/// <summary>Minus in front; null for the smallest whole number.</summary>
internal sealed class NegateNode(ExpressionNode inner) : ExpressionNode(inner.Kind)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append(Kind is ValueKind.Whole ? "try(- " : "(- ");
        inner.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        if (value.IsNull)
            return value;
        if (Kind is ValueKind.Fraction)
            return FeatureValue.Float64(-value.AsDouble);
        return value.AsInt64 == long.MinValue ? FeatureValue.Null : FeatureValue.Int64(-value.AsInt64);
    }
}

/// <summary><c>||</c>: null when a side is.</summary>
internal sealed class JoinTextNode(ExpressionNode left, ExpressionNode right) : ExpressionNode(ValueKind.Text)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        left.AppendSql(sql, column);
        sql.Append(" || ");
        right.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var first = left.Evaluate(row);
        var second = right.Evaluate(row);
        return first.IsNull || second.IsNull ? FeatureValue.Null : FeatureValue.String(first.AsString + second.AsString);
    }
}
