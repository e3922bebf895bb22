using System.Globalization;
using System.Text;

namespace Orrery.Features;

/// <summary>A column of the row.</summary>
internal sealed class ColumnNode(int index, FeatureType type) : ExpressionNode(KindOf(type))
{
    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        if (Kind is ValueKind.Other)
            sql.Append(column(index));
        else
            sql.Append("cast(").Append(column(index)).Append(" as ").Append(SqlType(Kind)).Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = row[index];
        if (value.IsNull)
            return value;
        return Kind switch
        {
            ValueKind.Whole when value.Kind is not FeatureKind.Int64 => FeatureValue.Int64(value.AsInt64),
            ValueKind.Fraction when value.Kind is not FeatureKind.Float64 => FeatureValue.Float64(value.AsDouble),
            _ => value,
        };
    }
}

/// <summary>A constant.</summary>
internal sealed class LiteralNode(ValueKind kind, FeatureValue value) : ExpressionNode(kind)
{
    public FeatureValue Value => value;

    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        if (value.IsNull)
        {
            sql.Append(Kind is ValueKind.Unknown ? "null" : $"cast(null as {SqlType(Kind)})");
            return;
        }

        switch (Kind)
        {
            case ValueKind.Bool:
                sql.Append(value.AsBool ? "true" : "false");
                break;
            case ValueKind.Whole:
                sql.Append("cast('").Append(value.AsInt64.ToString(CultureInfo.InvariantCulture)).Append("' as bigint)");
                break;
            case ValueKind.Fraction:
                sql.Append("cast('").Append(value.AsDouble.ToString("R", CultureInfo.InvariantCulture)).Append("' as double)");
                break;
            default:
                sql.Append('\'').Append(value.AsString.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
                break;
        }
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row) => value;
}

/// <summary>The whole: converts to the declared type.</summary>
internal sealed class ResultNode : ExpressionNode
{
    private readonly ExpressionNode _inner;
    private readonly FeatureType _type;

    private ResultNode(ExpressionNode inner, FeatureType type)
        : base(KindOf(type))
    {
        _inner = inner;
        _type = type;
    }

    /// <exception cref="ExpressionException">It gives something else.</exception>
    public static ExpressionNode Of(ExpressionNode inner, FeatureType type)
    {
        var kind = KindOf(type);
        var fits = inner.Kind is ValueKind.Unknown
            || (kind is ValueKind.Other ? inner.Kind is ValueKind.Other && inner.Exact == type : inner.Kind == kind)
            || (kind is ValueKind.Fraction && inner.Kind is ValueKind.Whole);
        if (!fits)
            throw new ExpressionException($"The expression gives {inner.Words}, but the feature is declared as {type}; convert it with cast(... as ...).", 0);
        return new ResultNode(type == new FeatureType(FeatureKind.Int32) && inner.Kind is ValueKind.Whole ? new FunctionNode(Casts.WholeToInt32, [inner]) : inner, type);
    }

    public override void AppendSql(StringBuilder sql, Func<int, string> column)
    {
        sql.Append(_type.Kind is FeatureKind.Float32 ? "try_cast(" : "cast(");
        _inner.AppendSql(sql, column);
        sql.Append(" as ").Append(DuckType(_type)).Append(')');
    }

    public override FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row)
    {
        var value = _inner.Evaluate(row);
        if (value.IsNull || Kind is ValueKind.Other)
            return value;
        switch (_type.Kind)
        {
            case FeatureKind.Int32:
                return FeatureValue.Int32((int)value.AsInt64);
            case FeatureKind.Float64:
                return FeatureValue.Float64(Number(value));
            case FeatureKind.Float32:
                var number = Number(value);
                var narrow = (float)number;
                return float.IsInfinity(narrow) && double.IsFinite(number) ? FeatureValue.Null : FeatureValue.Float32(narrow);
            default:
                return value;
        }
    }

    private static string DuckType(FeatureType type) => (type.Kind switch
    {
        FeatureKind.Bool => "boolean",
        FeatureKind.Int32 => "integer",
        FeatureKind.Int64 => "bigint",
        FeatureKind.Float32 => "float",
        FeatureKind.Float64 => "double",
        FeatureKind.Bytes => "blob",
        FeatureKind.UnixTimestamp => "timestamp",
        FeatureKind.Uuid => "uuid",
        _ => "varchar",
    }) + (type.IsList ? "[]" : "");
}
