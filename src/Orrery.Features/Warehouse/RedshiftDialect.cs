namespace Orrery.Features;

/// <summary>
/// What Amazon Redshift does otherwise than PostgreSQL: times are exact only through <c>datediff</c>, there are no collations (text is compared by
/// its bytes), no arrays, and no binary COPY. Its SQL is compared with golden texts; it was not run against a Redshift.
/// </summary>
internal sealed class RedshiftDialect : PostgresDialect
{
    public static new readonly RedshiftDialect Instance = new();

    public override bool TakesCopy => false;

    // "text" is 256 bytes there.
    public override string KeyType(FeatureType type) => type.Kind switch
    {
        FeatureKind.String => "varchar(65535)",
        FeatureKind.Bytes => "varbyte(65535)",
        _ => "bigint",
    };

    public override string Micros(SourceColumn column) => column.Type switch
    {
        SourceType.Micros => column.Sql,
        SourceType.Zoned => $"datediff(microsecond, timestamp '1970-01-01 00:00:00', {column.Sql} at time zone 'UTC')",
        SourceType.Text => $"datediff(microsecond, timestamp '1970-01-01 00:00:00', cast({column.Sql} as timestamptz) at time zone 'UTC')",
        _ => $"datediff(microsecond, timestamp '1970-01-01 00:00:00', cast({column.Sql} as timestamp))",
    };

    // A row cannot be made text there.
    public override string State(string from) => $"select count(*), cast(null as varchar(40)) from {from}";

    public override string Bytewise(string text) => text;
}
