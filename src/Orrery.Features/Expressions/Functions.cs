using System.Collections.Frozen;
using static Orrery.Features.ValueKind;

namespace Orrery.Features;

/// <summary>The functions that expressions may call, beside the forms that the parser knows itself.</summary>
internal static class Functions
{
    // Brought into range, null left null; DuckDB counts from the end for less than 1 and fails beyond 32 bits.
    private const string Start = "list_transform([{1}], lambda x: case when x < 1 then 1 when x > 1000000000 then 1000000000 else x end)[1]";
    private const string Count = "list_transform([{2}], lambda x: case when x < 0 then 0 when x > 1000000000 then 1000000000 else x end)[1]";

    public static readonly IReadOnlyList<FunctionSpec> All =
    [
        new("abs", [Whole], Whole, "try(abs({0}))", static (in v) => v[0].AsInt64 == long.MinValue ? FeatureValue.Null : FeatureValue.Int64(Math.Abs(v[0].AsInt64))),
        new("abs", [Fraction], Fraction, "abs({0})", static (in v) => FeatureValue.Float64(Math.Abs(v[0].AsDouble))),
        new("sign", [Fraction], Whole, "cast(sign({0}) as bigint)", static (in v) => FeatureValue.Int64(double.IsNaN(v[0].AsDouble) ? 0 : Math.Sign(v[0].AsDouble))),
        new("floor", [Fraction], Fraction, "floor({0})", static (in v) => FeatureValue.Float64(Math.Floor(v[0].AsDouble))),
        new("ceil", [Fraction], Fraction, "ceil({0})", static (in v) => FeatureValue.Float64(Math.Ceiling(v[0].AsDouble))),
        new("trunc", [Fraction], Fraction, "trunc({0})", static (in v) => FeatureValue.Float64(Math.Truncate(v[0].AsDouble))),
        new("round", [Fraction], Fraction, "round({0})", static (in v) => FeatureValue.Float64(Math.Round(v[0].AsDouble, MidpointRounding.AwayFromZero))),
        new("sqrt", [Fraction], Fraction, "try(sqrt({0}))", static (in v) => v[0].AsDouble < 0 ? FeatureValue.Null : FeatureValue.Float64(Math.Sqrt(v[0].AsDouble))),
        new("ln", [Fraction], Fraction, "try(ln({0}))", static (in v) => v[0].AsDouble <= 0 ? FeatureValue.Null : FeatureValue.Float64(Math.Log(v[0].AsDouble))),
        new("log10", [Fraction], Fraction, "try(log10({0}))", static (in v) => v[0].AsDouble <= 0 ? FeatureValue.Null : FeatureValue.Float64(Math.Log10(v[0].AsDouble))),
        new("exp", [Fraction], Fraction, "exp({0})", static (in v) => FeatureValue.Float64(Math.Exp(v[0].AsDouble))),
        new("power", [Fraction, Fraction], Fraction, "power({0}, {1})", static (in v) => FeatureValue.Float64(Math.Pow(v[0].AsDouble, v[1].AsDouble))),
        new("is_nan", [Fraction], ValueKind.Bool, "isnan({0})", static (in v) => FeatureValue.Bool(double.IsNaN(v[0].AsDouble))),

        new("length", [Text], Whole, "length({0})", static (in v) => FeatureValue.Int64(TextFunctions.Length(v[0].AsString))),
        new("lower", [Text], Text, "lower({0})", static (in v) => FeatureValue.String(TextFunctions.Lower(v[0].AsString))),
        new("upper", [Text], Text, "upper({0})", static (in v) => FeatureValue.String(TextFunctions.Upper(v[0].AsString))),
        new("trim", [Text], Text, "trim({0}, ' ')", static (in v) => FeatureValue.String(v[0].AsString.Trim(' '))),
        new("replace", [Text, Text, Text], Text, "replace({0}, {1}, {2})",
            static (in v) => FeatureValue.String(v[1].AsString.Length == 0 ? v[0].AsString : v[0].AsString.Replace(v[1].AsString, v[2].AsString, StringComparison.Ordinal))),
        new("contains", [Text, Text], ValueKind.Bool, "contains({0}, {1})", static (in v) => FeatureValue.Bool(v[0].AsString.Contains(v[1].AsString, StringComparison.Ordinal))),
        new("starts_with", [Text, Text], ValueKind.Bool, "starts_with({0}, {1})",
            static (in v) => FeatureValue.Bool(v[0].AsString.StartsWith(v[1].AsString, StringComparison.Ordinal))),
        new("ends_with", [Text, Text], ValueKind.Bool, "ends_with({0}, {1})", static (in v) => FeatureValue.Bool(v[0].AsString.EndsWith(v[1].AsString, StringComparison.Ordinal))),
        new("substr", [Text, Whole], Text, "substr({0}, " + Start + ")",
            static (in v) => FeatureValue.String(TextFunctions.Part(v[0].AsString, v[1].AsInt64, long.MaxValue))),
        new("substr", [Text, Whole, Whole], Text, "substr({0}, " + Start + ", " + Count + ")",
            static (in v) => FeatureValue.String(TextFunctions.Part(v[0].AsString, v[1].AsInt64, v[2].AsInt64))),

        new("year", [Moment], Whole, "year({0})", static (in v) => FeatureValue.Int64(CivilTime.Of(v[0].AsInt64).Year)),
        new("month", [Moment], Whole, "month({0})", static (in v) => FeatureValue.Int64(CivilTime.Of(v[0].AsInt64).Month)),
        new("day", [Moment], Whole, "day({0})", static (in v) => FeatureValue.Int64(CivilTime.Of(v[0].AsInt64).Day)),
        new("hour", [Moment], Whole, "hour({0})", static (in v) => FeatureValue.Int64(CivilTime.SecondOfDay(v[0].AsInt64) / 3600)),
        new("minute", [Moment], Whole, "minute({0})", static (in v) => FeatureValue.Int64(CivilTime.SecondOfDay(v[0].AsInt64) / 60 % 60)),
        new("second", [Moment], Whole, "second({0})", static (in v) => FeatureValue.Int64(CivilTime.SecondOfDay(v[0].AsInt64) % 60)),
        new("day_of_week", [Moment], Whole, "dayofweek({0})", static (in v) => FeatureValue.Int64(CivilTime.DayOfWeek(v[0].AsInt64))),
        new("epoch", [Moment], Fraction, "(cast(epoch_us({0}) as double) / 1e6)", static (in v) => FeatureValue.Float64(v[0].AsInt64 / 1e6)),
        new("seconds_between", [Moment, Moment], Fraction, "(cast(epoch_us({1}) - epoch_us({0}) as double) / 1e6)",
            static (in v) => FeatureValue.Float64((v[1].AsInt64 - v[0].AsInt64) / 1e6)),
    ];

    private static readonly FrozenDictionary<string, FunctionSpec[]> ByName =
        All.GroupBy(static spec => spec.Name).ToFrozenDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ceiling"] = "ceil",
        ["pow"] = "power",
        ["substring"] = "substr",
        ["isnan"] = "is_nan",
        ["dayofweek"] = "day_of_week",
    };

    /// <summary>Overloads of a function; null when there is none of that name.</summary>
    public static FunctionSpec[]? Find(string name) => ByName.GetValueOrDefault(Synonyms.GetValueOrDefault(name, name));
}
