using Npgsql;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Columns on their way from a warehouse to a table of the embedded engine, as the few types that <see cref="PostgresDialect.Carried"/> names.</summary>
internal static class CarriedColumns
{
    /// <summary>DuckDB's name of a type.</summary>
    public static string TypeName(SourceType type) => type switch
    {
        SourceType.Bool => "BOOLEAN",
        SourceType.Whole or SourceType.Micros => "BIGINT",
        SourceType.Number => "DOUBLE",
        SourceType.Bytes => "BLOB",
        _ => "VARCHAR",
    };

    /// <summary>Columns <c>f0..</c> of a table, each after a comma.</summary>
    public static string Declare(IEnumerable<SourceType> types) => string.Concat(types.Select(static (type, i) => $", f{i} {TypeName(type)}"));

    /// <summary>Appends columns of a row.</summary>
    /// <param name="appender">Takes them.</param>
    /// <param name="reader">At the row.</param>
    /// <param name="first">Place of the first of them.</param>
    /// <param name="types">What they are.</param>
    public static void Append(DuckAppender appender, NpgsqlDataReader reader, int first, IReadOnlyList<SourceType> types)
    {
        for (var i = 0; i < types.Count; i++)
        {
            var column = first + i;
            _ = reader.IsDBNull(column) ? appender.AppendNull() : types[i] switch
            {
                SourceType.Bool => appender.Append(reader.GetBoolean(column)),
                SourceType.Whole or SourceType.Micros => appender.Append(reader.GetInt64(column)),
                SourceType.Number => appender.Append(reader.GetDouble(column)),
                SourceType.Bytes => appender.AppendBlob(reader.GetFieldValue<byte[]>(column)),
                _ => appender.Append(reader.GetString(column)),
            };
        }
    }
}
