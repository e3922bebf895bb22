using System.Buffers;
using System.Globalization;
using static Orrery.Features.ValueKind;

namespace Orrery.Features;

/// <summary>What <c>cast</c> can do. What cannot be converted gives null.</summary>
internal static class Casts
{
    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("+-.eE0123456789");

    private static readonly FunctionSpec WholeToFraction = Of(Whole, Fraction, "cast({0} as double)", static (in v) => FeatureValue.Float64(v[0].AsInt64));
    private static readonly FunctionSpec WholeToText = Of(Whole, Text, "cast({0} as varchar)", static (in v) => FeatureValue.String(v[0].AsInt64.ToString(CultureInfo.InvariantCulture)));
    private static readonly FunctionSpec WholeToBool = Of(Whole, ValueKind.Bool, "cast({0} as boolean)", static (in v) => FeatureValue.Bool(v[0].AsInt64 != 0));
    // Not by try_cast: DuckDB 1.5 compares a constant with what stands inside one, where nothing is null.
    internal static readonly FunctionSpec WholeToInt32 = Of(Whole, Whole, "list_transform([{0}], lambda x: case when x between -2147483648 and 2147483647 then x end)[1]", static (in v) => v[0].AsInt64 is >= int.MinValue and <= int.MaxValue ? v[0] : FeatureValue.Null);
    private static readonly FunctionSpec BoolToWhole = Of(ValueKind.Bool, Whole, "cast({0} as bigint)", static (in v) => FeatureValue.Int64(v[0].AsInt64));
    private static readonly FunctionSpec BoolToText = Of(ValueKind.Bool, Text, "cast({0} as varchar)", static (in v) => FeatureValue.String(v[0].AsBool ? "true" : "false"));
    private static readonly FunctionSpec FractionToWhole = Of(Fraction, Whole, "try_cast({0} as bigint)", static (in v) => ToWhole(v[0].AsDouble));
    private static readonly FunctionSpec FractionToFloat32 = Of(Fraction, Fraction, "cast(try_cast({0} as float) as double)", static (in v) => Narrow(v[0].AsDouble));

    private static readonly FunctionSpec TextToWhole = Of(
        Text, Whole, "try_cast(nullif(regexp_extract({0}, '^[+-]?[0-9]+$'), '') as bigint)", static (in v) => WholeOf(v[0].AsString));

    private static readonly FunctionSpec TextToFraction = Of(
        Text,
        Fraction,
        @"try_cast(nullif(regexp_extract({0}, '^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$'), '') as double)",
        static (in v) => FractionOf(v[0].AsString));

    private static readonly FunctionSpec TextToBool = Of(
        Text, ValueKind.Bool, "try_cast(nullif(regexp_extract({0}, '^(true|false)$'), '') as boolean)",
        static (in v) => v[0].AsString switch { "true" => FeatureValue.Bool(true), "false" => FeatureValue.Bool(false), _ => FeatureValue.Null });

    /// <summary>Converts a node; null when there is no such conversion.</summary>
    public static ExpressionNode? To(ExpressionNode inner, FeatureType type)
    {
        var kind = ExpressionNode.KindOf(type);
        if (kind is Other or Moment)
            return inner.Kind is Unknown || (inner.Kind == kind && (kind is Moment || inner.Exact == type)) ? inner : null;
        if (inner.Kind is Unknown)
            return new LiteralNode(kind, FeatureValue.Null);
        var converted = inner.Kind == kind ? inner : (inner.Kind, kind) switch
        {
            (Whole, Fraction) => Call(WholeToFraction, inner),
            (Whole, Text) => Call(WholeToText, inner),
            (Whole, ValueKind.Bool) => Call(WholeToBool, inner),
            (ValueKind.Bool, Whole) => Call(BoolToWhole, inner),
            (ValueKind.Bool, Fraction) => Call(WholeToFraction, Call(BoolToWhole, inner)),
            (ValueKind.Bool, Text) => Call(BoolToText, inner),
            (Fraction, Whole) => Call(FractionToWhole, inner),
            (Text, Whole) => Call(TextToWhole, inner),
            (Text, Fraction) => Call(TextToFraction, inner),
            (Text, ValueKind.Bool) => Call(TextToBool, inner),
            _ => null,
        };
        return converted is null ? null : type.Kind switch
        {
            FeatureKind.Int32 => Call(WholeToInt32, converted),
            FeatureKind.Float32 => Call(FractionToFloat32, converted),
            _ => converted,
        };
    }

    private static FunctionSpec Of(ValueKind from, ValueKind to, string sql, FunctionBody apply) => new("cast", [from], to, sql, apply);

    private static FunctionNode Call(FunctionSpec spec, ExpressionNode inner) => new(spec, [inner]);

    private static FeatureValue ToWhole(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.ToEven);
        return rounded is >= -9223372036854775808.0 and < 9223372036854775808.0 ? FeatureValue.Int64((long)rounded) : FeatureValue.Null;
    }

    private static FeatureValue Narrow(double value)
    {
        var narrow = (float)value;
        return float.IsInfinity(narrow) && double.IsFinite(value) ? FeatureValue.Null : FeatureValue.Float64(narrow);
    }

    private static FeatureValue WholeOf(string text) =>
        text.AsSpan(text is ['+' or '-', ..] ? 1 : 0).IndexOfAnyExceptInRange('0', '9') < 0
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? FeatureValue.Int64(value)
            : FeatureValue.Null;

    private static FeatureValue FractionOf(string text) =>
        text.AsSpan().IndexOfAnyExcept(OfNumbers) < 0
        && double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out var value)
            ? FeatureValue.Float64(value)
            : FeatureValue.Null;
}
