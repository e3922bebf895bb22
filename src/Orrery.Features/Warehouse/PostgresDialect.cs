namespace Orrery.Features;

/// <summary>
/// Scans in a warehouse of PostgreSQL's wire protocol. Features leave it as one of few types (boolean, bigint, double precision, text, bytea,
/// microseconds) and are made into what they are declared as in DuckDB, under its rules; see <see cref="Carried"/>.
/// </summary>
internal class PostgresDialect : ScanDialect
{
    public static readonly PostgresDialect Instance = new();

    /// <summary>What a type of the warehouse's holds.</summary>
    public static SourceType TypeOf(string name) => name switch
    {
        "boolean" => SourceType.Bool,
        "smallint" or "integer" or "bigint" => SourceType.Whole,
        "real" or "double precision" => SourceType.Number,
        "text" or "name" or "citext" or "unknown" => SourceType.Text,
        "bytea" => SourceType.Bytes,
        "date" => SourceType.Date,
        "uuid" => SourceType.Uuid,
        "json" or "jsonb" or "super" => SourceType.Json,
        _ when name.EndsWith("[]", StringComparison.Ordinal) => SourceType.List,
        _ when name.StartsWith("numeric", StringComparison.Ordinal) => SourceType.Decimal,
        _ when name.StartsWith("character", StringComparison.Ordinal) => SourceType.Text,
        _ when name.StartsWith("timestamp", StringComparison.Ordinal) => name.EndsWith("with time zone", StringComparison.Ordinal) ? SourceType.Zoned : SourceType.Time,
        _ => SourceType.Other,
    };

    /// <summary>As what a feature leaves the warehouse: the type that DuckDB then makes the declared one of.</summary>
    public static SourceType Carried(SourceColumn column, FeatureType type) => type.IsList ? SourceType.Json : (type.Kind, column.Type) switch
    {
        (FeatureKind.String or FeatureKind.Uuid or FeatureKind.Decimal or FeatureKind.Json, _) => SourceType.Text,
        (_, SourceType.Bool) => SourceType.Bool,
        (_, SourceType.Whole) => SourceType.Whole,
        (_, SourceType.Number) => SourceType.Number,
        (FeatureKind.Float32 or FeatureKind.Float64, SourceType.Decimal) => SourceType.Number,
        (_, SourceType.Bytes) => SourceType.Bytes,
        (_, SourceType.Time or SourceType.Zoned or SourceType.Date) => SourceType.Micros,
        _ => SourceType.Text,
    };

    public override string? Cast(SourceColumn column, FeatureType type)
    {
        var x = column.Sql;
        if (!CanBe(column.Type, type))
            return null;
        if (type.IsList)
            return column.Type is SourceType.List ? $"cast(to_json({x}) as text)" : $"cast({x} as text)";
        if (type.Kind is FeatureKind.Json && column.Type is SourceType.List)
            return $"cast(to_json({x}) as text)";
        return Carried(column, type) switch
        {
            SourceType.Bool => x,
            SourceType.Whole => $"cast({x} as bigint)",
            SourceType.Number => $"cast({x} as double precision)",
            SourceType.Bytes => x,
            SourceType.Micros => Micros(column),
            _ => $"cast({x} as text)",
        };
    }

    public override string? Key(SourceColumn column, FeatureType type)
    {
        var x = column.Sql;
        return (type.Kind, column.Type) switch
        {
            (FeatureKind.Int32 or FeatureKind.Int64, SourceType.Whole) => $"cast({x} as bigint)",
            (FeatureKind.Int32 or FeatureKind.Int64, SourceType.Decimal or SourceType.Number) => $"case when {x} = trunc({x}) and {x} between -9223372036854774784 and 9223372036854774784 then cast({x} as bigint) end",
            (FeatureKind.Int32 or FeatureKind.Int64, SourceType.Text) => $"case when {x} ~ '^[+-]?[0-9]{{1,18}}$' then cast({x} as bigint) end",
            (FeatureKind.String, SourceType.Bytes or SourceType.List or SourceType.Struct or SourceType.Other) => null,
            (FeatureKind.String, _) => Bytewise($"cast({x} as text)"),
            (FeatureKind.Bytes, SourceType.Bytes) => x,
            (FeatureKind.UnixTimestamp, SourceType.Time or SourceType.Zoned or SourceType.Date) => Micros(column),
            (FeatureKind.UnixTimestamp, SourceType.Whole) => $"cast({x} as bigint) * 1000000",
            _ => null,
        };
    }

    public override string Micros(SourceColumn column) => column.Type switch
    {
        SourceType.Micros => column.Sql,
        SourceType.Zoned => $"case when isfinite({column.Sql}) then cast(floor(extract(epoch from {column.Sql}) * 1000000) as bigint) end",
        SourceType.Text => $"cast(floor(extract(epoch from cast({column.Sql} as timestamp with time zone)) * 1000000) as bigint)",
        _ => $"case when isfinite({column.Sql}) then cast(floor(extract(epoch from cast({column.Sql} as timestamp)) * 1000000) as bigint) end",
    };

    public override string Within(SourceColumn column, TimeBounds bounds)
    {
        var parts = new List<string> { $"{column.Sql} is not null" };
        if (bounds.First is { } first && Literal(column, first) is { } from)
            parts.Add($"{column.Sql} >= {from}");
        if (bounds.Last is { } last && Literal(column, last) is { } until)
            parts.Add($"{column.Sql} <= {until}");
        return string.Join(" and ", parts);
    }

    /// <summary>Whether rows can be sent by binary COPY.</summary>
    public virtual bool TakesCopy => true;

    /// <summary>Text in the order of its bytes, whatever the database's collation.</summary>
    public virtual string Bytewise(string text) => $"({text}) collate \"C\"";

    /// <summary>What a feature's rows are ordered by where a table's order must be settled by its values.</summary>
    public virtual string Order(SourceColumn column) => column.Type switch
    {
        SourceType.Text or SourceType.Json or SourceType.List or SourceType.Struct or SourceType.Other => Bytewise($"cast({column.Sql} as text)"),
        _ => column.Sql,
    };

    /// <summary>How many rows a relation has, and a hash of them that does not depend on their order: the sum of parts of their own.</summary>
    public virtual string State(string from) =>
        $"select count(*), cast(coalesce(sum(cast(cast('x' || substr(md5(cast(r as text)), 1, 16) as bit(64)) as bigint)), 0) as text) from (select * from {from}) r";

    /// <summary>What a key is in the table of entity rows.</summary>
    public virtual string KeyType(FeatureType type) => type.Kind switch
    {
        FeatureKind.String => "text",
        FeatureKind.Bytes => "bytea",
        _ => "bigint",
    };

    protected override IEnumerable<string> Extra(SourceColumn column, FeatureType type, int field) => [$"{Order(column)} as o{field}"];

    private static bool CanBe(SourceType from, FeatureType type)
    {
        if (from is SourceType.Other)
            return false;
        if (type.IsList)
            return from is SourceType.List or SourceType.Json or SourceType.Text;
        return type.Kind switch
        {
            FeatureKind.Bool => from is SourceType.Bool or SourceType.Whole or SourceType.Text,
            FeatureKind.Int32 or FeatureKind.Int64 => from is SourceType.Bool or SourceType.Whole or SourceType.Number or SourceType.Decimal or SourceType.Text,
            FeatureKind.Float32 or FeatureKind.Float64 => from is SourceType.Whole or SourceType.Number or SourceType.Decimal or SourceType.Text,
            FeatureKind.String => from is not (SourceType.Bytes or SourceType.List),
            FeatureKind.Bytes => from is SourceType.Bytes or SourceType.Text,
            FeatureKind.UnixTimestamp => from is SourceType.Time or SourceType.Zoned or SourceType.Date or SourceType.Text or SourceType.Whole or SourceType.Number,
            FeatureKind.Uuid => from is SourceType.Uuid or SourceType.Text,
            FeatureKind.Decimal => from is SourceType.Whole or SourceType.Number or SourceType.Decimal or SourceType.Text,
            _ => from is not SourceType.Bytes,
        };
    }

    private static string? Literal(SourceColumn column, long micros) => column.Type switch
    {
        SourceType.Time or SourceType.Date => Moments.Text(micros) is { } text ? $"timestamp '{text}'" : null,
        SourceType.Zoned => Moments.Text(micros) is { } text ? $"timestamp with time zone '{text}+00'" : null,
        _ => null,
    };
}
