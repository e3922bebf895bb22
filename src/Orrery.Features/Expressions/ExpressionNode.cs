using System.Text;

namespace Orrery.Features;

/// <summary>What the values of a node are. Whole numbers are 64 bits wide inside, fractions doubles.</summary>
internal enum ValueKind
{
    /// <summary>Only ever null: the word <c>null</c>.</summary>
    Unknown,
    Bool,
    Whole,
    Fraction,
    Text,
    Moment,

    /// <summary>Bytes, uuids, decimals, JSON, lists: handed on, tested for null, chosen from.</summary>
    Other,
}

/// <summary>One node of a compiled expression.</summary>
/// <param name="kind">Of its values.</param>
internal abstract class ExpressionNode(ValueKind kind)
{
    public ValueKind Kind { get; } = kind;

    /// <summary>The exact type, where <see cref="Kind"/> is <see cref="ValueKind.Other"/>.</summary>
    public FeatureType Exact { get; init; }

    public bool IsNumber => Kind is ValueKind.Whole or ValueKind.Fraction;

    /// <summary>Writes DuckDB SQL of type BOOLEAN, BIGINT, DOUBLE, VARCHAR, TIMESTAMP or the column's own.</summary>
    public abstract void AppendSql(StringBuilder sql, Func<int, string> column);

    /// <summary>Its value: Bool, Int64, Float64, String, UnixTimestamp, or the column's own; or null.</summary>
    public abstract FeatureValue Evaluate(ReadOnlySpan<FeatureValue> row);

    /// <summary>For messages: <c>a whole number</c>.</summary>
    public string Words => Kind switch
    {
        ValueKind.Bool => "true or false",
        ValueKind.Whole => "a whole number",
        ValueKind.Fraction => "a number",
        ValueKind.Text => "a text",
        ValueKind.Moment => "a moment",
        ValueKind.Other => $"a value of type {Exact}",
        _ => "null",
    };

    /// <summary>Its number as a double; only where <see cref="IsNumber"/>.</summary>
    protected static double Number(FeatureValue value) => value.Kind is FeatureKind.Float64 ? value.AsDouble : value.AsInt64;

    protected static string SqlType(ValueKind kind) => kind switch
    {
        ValueKind.Bool => "boolean",
        ValueKind.Whole => "bigint",
        ValueKind.Fraction => "double",
        ValueKind.Text => "varchar",
        ValueKind.Moment => "timestamp",
        _ => throw new InvalidOperationException($"{kind} has no SQL type."),
    };

    /// <summary>Kind of values of a type.</summary>
    public static ValueKind KindOf(FeatureType type) => type.IsList ? ValueKind.Other : type.Kind switch
    {
        FeatureKind.Bool => ValueKind.Bool,
        FeatureKind.Int32 or FeatureKind.Int64 => ValueKind.Whole,
        FeatureKind.Float32 or FeatureKind.Float64 => ValueKind.Fraction,
        FeatureKind.String => ValueKind.Text,
        FeatureKind.UnixTimestamp => ValueKind.Moment,
        _ => ValueKind.Other,
    };
}
