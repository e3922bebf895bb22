using System.Text;

namespace Orrery.Features;

/// <summary><c>case when ... then ... else ... end</c>.</summary>
/// <param name="branches">Conditions and what they give, the latter of one kind.</param>
/// <param name="otherwise">Else.</param>
/// <param name="kind">Of all results.</param>
internal sealed class CaseNode((ExpressionNode When, ExpressionNode Then)[] branches, ExpressionNode otherwise, ValueKind kind) : ExpressionNode(kind)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("(case");
        foreach (var (when, then) in branches)
        {
            sql.Append(" when ");
            when.AppendSql(sql, column);
            sql.Append(" then ");
            then.AppendSql(sql, column);
        }

        sql.Append(" else ");
        otherwise.AppendSql(sql, column);
        sql.Append(" end)");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        foreach (var (when, then) in branches)
        {
            var holds = when.Evaluate(row);
            if (!holds.IsNull && holds.AsBool)
                return then.Evaluate(row);
        }

        return otherwise.Evaluate(row);
    }
}

/// <summary><c>coalesce</c>: the first that is not null.</summary>
internal sealed class CoalesceNode(ExpressionNode[] items, ValueKind kind) : ExpressionNode(kind)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("coalesce(");
        for (var at = 0; at < items.Length; at++)
        {
            if (at > 0)
                sql.Append(", ");
            items[at].AppendSql(sql, column);
        }

        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        foreach (var item in items)
        {
            var value = item.Evaluate(row);
            if (!value.IsNull)
                return value;
        }

        return FeatureValue.Null;
    }
}

/// <summary><c>least</c> and <c>greatest</c>: nulls are left out.</summary>
internal sealed class ExtremeNode(ExpressionNode[] items, bool greatest, ValueKind kind) : ExpressionNode(kind)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append(greatest ? "greatest(" : "least(");
        for (var at = 0; at < items.Length; at++)
        {
            if (at > 0)
                sql.Append(", ");
            items[at].AppendSql(sql, column);
        }

        sql.Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var best = FeatureValue.Null;
        foreach (var item in items)
        {
            var value = item.Evaluate(row);
            if (value.IsNull)
                continue;
            if (best.IsNull || (greatest ? Order.Of(value, best) > 0 : Order.Of(value, best) < 0))
                best = value;
        }

        return best;
    }
}

/// <summary>Widens whole numbers to fractions where a branch or an argument must be one.</summary>
internal sealed class WidenNode(ExpressionNode inner) : ExpressionNode(ValueKind.Fraction)
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append("cast(");
        inner.AppendSql(sql, column);
        sql.Append(" as double)");
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = inner.Evaluate(row);
        return value.IsNull ? value : FeatureValue.Float64(value.AsInt64);
    }
}
