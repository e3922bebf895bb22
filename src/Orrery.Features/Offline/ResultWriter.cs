using System.Globalization;
using System.Text.Json;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Writes joined rows: as a file of the lease's folder, or as JSON column by column.</summary>
internal static class ResultWriter
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Media type of a format.</summary>
    public static string ContentType(OutputFormat format) => format switch
    {
        OutputFormat.Csv => "text/csv; charset=utf-8",
        OutputFormat.Parquet => "application/vnd.apache.parquet",
        _ => "application/json",
    };

    /// <summary>Ending of a format's files.</summary>
    public static string Extension(OutputFormat format) => "." + format.ToString().ToLowerInvariant();

    /// <summary>Writes Parquet or CSV; <c>features.columns_collide</c> when two names differ in case only, which files do not tell apart.</summary>
    public static Kernel.Result<string> ToFile(JoinedRows rows, OutputFormat format, CancellationToken cancel)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (rows.Columns.FirstOrDefault(column => !names.Add(column.Name)) is { } twice)
            return Kernel.Failure.Invalid("features.columns_collide", $"The result would have two columns called {twice.Name}; ask with full_feature_names, or drop the column from the entity rows.");
        var path = rows.Lease.NewFile(Extension(format));
        rows.Lease.Connection.Execute(OutputSql.Copy(rows.Select, path, format is OutputFormat.Csv), cancel);
        return path;
    }

    /// <summary>Writes JSON: names, types, and each column's values in the order of the entity rows.</summary>
    public static async Task WriteJsonAsync(JoinedRows rows, HistoricalRequest request, FeatureProject project, Stream output, CancellationToken cancel)
    {
        var table = rows.Keep(cancel);
        await using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        json.WriteString("project"u8, project.Name);
        json.WriteNumber("revision"u8, project.Revision);
        json.WriteNumber("row_count"u8, rows.Count);
        json.WriteBoolean("known_at"u8, request.KnownAt);
        json.WriteStartArray("feature_names"u8);
        foreach (var column in rows.Columns.Where(static column => column.Feature is not null))
            json.WriteStringValue(column.Name);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("columns"u8);
        foreach (var column in rows.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            using var reader = rows.Lease.Connection.Query(OutputSql.Column(table, column.Sql), streaming: true, cancel: cancel);
            json.WriteString("type"u8, column.Feature?.ToString() ?? TypeName(reader.Columns[0].Type));
            json.WriteStartArray("values"u8);
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                    Write(json, reader.Value(0, row));
                if (json.BytesPending > FlushAt)
                    await json.FlushAsync(cancel);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancel);
    }

    // The feature type that the values written are of.
    private static string TypeName(DuckType type) => type.Id switch
    {
        DuckTypeId.Boolean => "bool",
        DuckTypeId.TinyInt or DuckTypeId.SmallInt or DuckTypeId.Integer or DuckTypeId.UTinyInt or DuckTypeId.USmallInt => "int32",
        DuckTypeId.BigInt or DuckTypeId.UInteger => "int64",
        DuckTypeId.Float => "float32",
        DuckTypeId.Double => "float64",
        DuckTypeId.Decimal or DuckTypeId.HugeInt or DuckTypeId.UHugeInt or DuckTypeId.UBigInt or DuckTypeId.BigNum => "decimal",
        DuckTypeId.Blob => "bytes",
        DuckTypeId.Uuid => "uuid",
        DuckTypeId.Timestamp or DuckTypeId.TimestampS or DuckTypeId.TimestampMs or DuckTypeId.TimestampNs or DuckTypeId.TimestampTz => "unix_timestamp",
        DuckTypeId.List or DuckTypeId.Array => $"list<{TypeName(type.Element!)}>",
        DuckTypeId.Struct or DuckTypeId.Map or DuckTypeId.Union => "json",
        _ => type.Alias == "JSON" ? "json" : "string",
    };

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case sbyte or short or int or long or byte or ushort or uint:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case DateTimeOffset moment:
                json.WriteStringValue(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                json.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));
                break;
            case object?[] list:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(value is IFormattable text ? text.ToString(null, CultureInfo.InvariantCulture) : value.ToString());
                break;
        }
    }
}
