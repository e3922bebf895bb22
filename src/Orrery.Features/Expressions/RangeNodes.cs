using System.Text;

namespace Orrery.Features;

/// <summary><c>between</c>: both ends are in.</summary>
internal sealed class BetweenNode(ExpressionNode inner, ExpressionNode low, ExpressionNode high) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        inner.AppendSql(sql, column);
        sql.Append(" between ");
        low.AppendSql(sql, column);
        sql.Append(" and ");
        high.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        if (value.IsNull)
            return value;
        var from = low.Evaluate(row);
        var to = high.Evaluate(row);
        if ((!from.IsNull && Order.Of(value, from) < 0) || (!to.IsNull && Order.Of(value, to) > 0))
            return FeatureValue.Bool(false);
        return from.IsNull || to.IsNull ? FeatureValue.Null : FeatureValue.Bool(true);
    }
}

/// <summary><c>in</c> and <c>not in</c>, of three values.</summary>
internal sealed class InNode(ExpressionNode inner, ExpressionNode[] items) : ExpressionNode(ValueKind.Bool)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append('(');
        inner.AppendSql(sql, column);
        for (var at = 0; at < items.Length; at++)
        {
            sql.Append(at == 0 ? " in (" : ", ");
            items[at].AppendSql(sql, column);
        }

        sql.Append("))");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        if (value.IsNull)
            return value;
        var unknown = false;
        foreach (var item in items)
        {
            var one = item.Evaluate(row);
            if (one.IsNull)
                unknown = true;
            else if (Order.Of(value, one) == 0)
                return FeatureValue.Bool(true);
        }

        return unknown ? FeatureValue.Null : FeatureValue.Bool(false);
    }
}

/// <summary><c>nullif</c>: null where both are equal, else the first.</summary>
internal sealed class NullIfNode(ExpressionNode inner, ExpressionNode other) : ExpressionNode(inner.Kind)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("nullif(");
        inner.AppendSql(sql, column);
        sql.Append(", ");
        other.AppendSql(sql, column);
        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        var one = other.Evaluate(row);
        return value.IsNull || one.IsNull || Order.Of(value, one) != 0 ? value : FeatureValue.Null;
    }
}
