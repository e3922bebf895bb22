using System.Globalization;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Scans in DuckDB. Values that do not fit the declared type end the query; <see cref="Bad"/> then finds which one it was.</summary>
internal sealed class DuckDbDialect : ScanDialect
{
    public static readonly DuckDbDialect Instance = new();

    /// <summary>What a declared type is in DuckDB.</summary>
    public static string TypeName(FeatureType type) => Kind(type.Kind) + (type.IsList ? "[]" : "");

    /// <summary>What a column of DuckDB's holds.</summary>
    public static SourceType TypeOf(DuckType type) => type.Id switch
    {
        DuckTypeId.Boolean => SourceType.Bool,
        DuckTypeId.TinyInt or DuckTypeId.SmallInt or DuckTypeId.Integer or DuckTypeId.BigInt
            or DuckTypeId.UTinyInt or DuckTypeId.USmallInt or DuckTypeId.UInteger => SourceType.Whole,
        DuckTypeId.Float or DuckTypeId.Double => SourceType.Number,
        DuckTypeId.Decimal or DuckTypeId.HugeInt or DuckTypeId.UHugeInt or DuckTypeId.UBigInt or DuckTypeId.BigNum => SourceType.Decimal,
        DuckTypeId.Varchar => type.Alias == "JSON" ? SourceType.Json : SourceType.Text,
        DuckTypeId.Enum or DuckTypeId.SqlNull => SourceType.Text,
        DuckTypeId.Blob => SourceType.Bytes,
        DuckTypeId.Timestamp or DuckTypeId.TimestampS or DuckTypeId.TimestampMs or DuckTypeId.TimestampNs => SourceType.Time,
        DuckTypeId.TimestampTz => SourceType.Zoned,
        DuckTypeId.Date => SourceType.Date,
        DuckTypeId.Uuid => SourceType.Uuid,
        DuckTypeId.List or DuckTypeId.Array => SourceType.List,
        DuckTypeId.Struct or DuckTypeId.Map or DuckTypeId.Union => SourceType.Struct,
        _ => SourceType.Other,
    };

    public override string? Cast(SourceColumn column, FeatureType type) => type.IsList ? List(column, type) : Single(column, type.Kind);

    public override string? Key(SourceColumn column, FeatureType type) => type.Kind is FeatureKind.UnixTimestamp
        ? Single(column, type.Kind) is { } moment ? $"epoch_us({moment})" : null
        : Cast(column, type);

    public override string Micros(SourceColumn column) => column.Type switch
    {
        SourceType.Micros => column.Sql,
        SourceType.Date => $"epoch_us(cast({column.Sql} as timestamp))",
        SourceType.Text => $"epoch_us(cast({column.Sql} as timestamptz))",
        _ => $"epoch_us({column.Sql})",
    };

    public override string Within(SourceColumn column, TimeBounds bounds)
    {
        var parts = new List<string> { $"{column.Sql} is not null" };
        if (bounds.First is { } first && Literal(column, first) is { } from)
            parts.Add($"{column.Sql} >= {from}");
        // What is finer than a microsecond is cut off, so that the last moment is all of its microsecond.
        if (bounds.Last is { } last && last < long.MaxValue && Literal(column, last + 1) is { } until)
            parts.Add($"{column.Sql} < {until}");
        return string.Join(" and ", parts);
    }

    /// <summary>True for a value that is there but cannot be made into what is declared; null when every value can.</summary>
    public static string? Bad(SourceColumn column, FeatureType type)
    {
        var x = column.Sql;
        var name = TypeName(type);
        var cannot = $"try_cast({x} as {name}) is null";
        var broken = $"try_cast({x} as double) <> trunc(try_cast({x} as double))";
        if (type.IsList)
            return column.Type is SourceType.List ? $"{x} is not null and {cannot}" : $"{x} is not null and try_cast(try_cast({x} as json) as {name}) is null";
        return type.Kind switch
        {
            FeatureKind.Int32 or FeatureKind.Int64 => $"{x} is not null and ({cannot} or {broken})",
            FeatureKind.Decimal => column.Type is SourceType.Text ? $"{x} is not null and try_cast({x} as double) is null" : null,
            FeatureKind.Json => column.Type is SourceType.Text ? $"{x} is not null and try_cast({x} as json) is null" : null,
            FeatureKind.UnixTimestamp => column.Type is SourceType.Text ? $"{x} is not null and try_cast({x} as timestamptz) is null" : null,
            FeatureKind.Bytes or FeatureKind.String => null,
            _ => $"{x} is not null and {cannot}",
        };
    }

    /// <summary>True for a time that is there but is none.</summary>
    public static string? BadTime(SourceColumn column) =>
        column.Type is SourceType.Text ? $"{column.Sql} is not null and try_cast({column.Sql} as timestamptz) is null" : null;

    private static string Kind(FeatureKind kind) => kind switch
    {
        FeatureKind.Bool => "BOOLEAN",
        FeatureKind.Int32 => "INTEGER",
        FeatureKind.Int64 => "BIGINT",
        FeatureKind.Float32 => "FLOAT",
        FeatureKind.Float64 => "DOUBLE",
        FeatureKind.Bytes => "BLOB",
        FeatureKind.UnixTimestamp => "TIMESTAMPTZ",
        FeatureKind.Uuid => "UUID",
        _ => "VARCHAR",
    };

    private static string? List(SourceColumn column, FeatureType type) => column.Type switch
    {
        SourceType.List => $"cast({column.Sql} as {TypeName(type)})",
        SourceType.Text or SourceType.Json => $"cast(cast({column.Sql} as json) as {TypeName(type)})",
        _ => null,
    };

    private static string? Single(SourceColumn column, FeatureKind kind)
    {
        var (x, from) = (column.Sql, column.Type);
        var plain = $"cast({x} as {Kind(kind)})";
        return kind switch
        {
            FeatureKind.Bool => from is SourceType.Bool or SourceType.Whole or SourceType.Text ? plain : null,
            FeatureKind.Int32 or FeatureKind.Int64 => from switch
            {
                SourceType.Bool or SourceType.Whole => plain,
                SourceType.Number or SourceType.Decimal => Whole(x, x, plain),
                SourceType.Text => Whole($"try_cast({x} as double)", x, plain),
                _ => null,
            },
            FeatureKind.Float32 or FeatureKind.Float64 => from is SourceType.Whole or SourceType.Number or SourceType.Decimal or SourceType.Text ? plain : null,
            FeatureKind.String => from is SourceType.Bytes or SourceType.List or SourceType.Struct or SourceType.Other or SourceType.Micros ? null : plain,
            FeatureKind.Bytes => from switch { SourceType.Bytes => x, SourceType.Text => $"encode(cast({x} as varchar))", _ => null },
            FeatureKind.UnixTimestamp => Moment(x, from),
            FeatureKind.Uuid => from is SourceType.Uuid or SourceType.Text ? plain : null,
            FeatureKind.Decimal => Decimal(x, from),
            FeatureKind.Json => Json(x, from),
            _ => null,
        };
    }

    private static string Whole(string number, string x, string plain) =>
        $"case when {number} <> trunc({number}) then error('not a whole number: ' || cast({x} as varchar)) else {plain} end";

    private static string? Moment(string x, SourceType from) => from switch
    {
        SourceType.Time or SourceType.Zoned or SourceType.Date or SourceType.Text => $"cast({x} as timestamptz)",
        SourceType.Micros => $"make_timestamptz({x})",
        SourceType.Whole => $"make_timestamptz(cast({x} as bigint) * 1000000)",
        SourceType.Number => $"make_timestamptz(cast(round({x} * 1e6) as bigint))",
        _ => null,
    };

    private static string? Decimal(string x, SourceType from)
    {
        var cut = $"regexp_replace(regexp_replace(cast({x} as varchar), '(\\.\\d*?)0+$', '\\1'), '\\.$', '')";
        return from switch
        {
            SourceType.Whole => $"cast({x} as varchar)",
            SourceType.Decimal or SourceType.Number => cut,
            SourceType.Text => $"case when {x} is not null and try_cast({x} as double) is null then error('not a number: ' || {x}) else {cut} end",
            _ => null,
        };
    }

    private static string? Json(string x, SourceType from) => from switch
    {
        SourceType.Text => $"cast(cast({x} as json) as varchar)",
        SourceType.Json => $"cast({x} as varchar)",
        SourceType.Bytes or SourceType.Other => null,
        _ => $"cast(to_json({x}) as varchar)",
    };

    private static string? Literal(SourceColumn column, long micros) => column.Type switch
    {
        SourceType.Micros => micros.ToString(CultureInfo.InvariantCulture),
        SourceType.Time or SourceType.Date => Moments.Text(micros) is { } text ? $"timestamp '{text}'" : null,
        SourceType.Zoned => Moments.Text(micros) is { } text ? $"timestamptz '{text}+00'" : null,
        _ => null,
    };
}
