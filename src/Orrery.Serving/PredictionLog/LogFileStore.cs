using System.Text.Json;
using Orrery.Contracts;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>SQL of the files of prediction logs, for DuckDB.</summary>
internal static class LogFileStore
{
    private const string Columns =
        "prediction_id, row_index, answered_at, environment, deployment, revision, variant, model, version, shadow, user_key, entity, latency_ms, inputs, features, outputs, difference, labels_equal";

    private const string CreateSql = """
        create table log_rows (
            prediction_id varchar not null, row_index integer not null, answered_at timestamptz not null, environment varchar not null, deployment varchar not null,
            revision bigint not null, variant varchar not null, model varchar not null, version varchar not null, shadow boolean not null,
            user_key varchar, entity varchar, latency_ms double not null, inputs varchar, features varchar, outputs varchar, difference double, labels_equal double, subjects varchar)
        """;

    private const string OrderSql = "order by answered_at desc, prediction_id desc, row_index desc, variant desc";

    /// <summary>Begins a table of rows for one file, in a schema of its own.</summary>
    public static DuckAppender Begin(DuckConnection connection, string schema)
    {
        connection.Execute($"create schema {schema}");
        connection.Execute(CreateSql.Replace("log_rows", schema + ".log_rows", StringComparison.Ordinal));
        return connection.Appender("log_rows", schema);
    }

    /// <summary>Writes the rows into a file, in the order of their times.</summary>
    public static void Write(DuckConnection connection, string schema, string path) =>
        connection.Execute($"copy (select {Columns}, subjects from {schema}.log_rows order by answered_at, prediction_id, row_index) to {Quoted(path)} (format parquet, compression zstd)");

    /// <summary>Drops the rows.</summary>
    public static void End(DuckConnection connection, string schema) => connection.Execute($"drop schema if exists {schema} cascade");

    /// <summary>Rows of files, newest first.</summary>
    public static List<LoggedPrediction> Read(DuckConnection connection, IReadOnlyList<string> paths, LogQuery query, int limit, CancellationToken cancel)
    {
        var cursor = query.After is null ? "" : "and (epoch_us(answered_at) // 1000, prediction_id, row_index, variant) < ($last_at, $last_id, $last_row, $last_variant)";
        var one = query.Id is null ? "" : "and prediction_id = $only";
        using var statement = connection.Prepare($"""
            select {Columns.Replace(" answered_at,", " epoch_us(answered_at) // 1000,", StringComparison.Ordinal)}
              from (select * from read_parquet([{string.Join(", ", paths.Select(Quoted))}], union_by_name = true)
                    union all by name
                    select null::varchar as features where false)
             where epoch_us(answered_at) // 1000 >= $first and epoch_us(answered_at) // 1000 <= $last {cursor} {one}
             {OrderSql}
             limit {limit}
            """);
        statement.Bind("first", query.From).Bind("last", query.To);
        if (query.After is { } after)
            statement.Bind("last_at", after.At).Bind("last_id", after.Id).Bind("last_row", after.Row).Bind("last_variant", after.Variant);
        if (query.Id is { } only)
            statement.Bind("only", only);
        using var reader = statement.Query(streaming: false, cancel);
        var rows = new List<LoggedPrediction>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add(Row(reader, row));
        }

        return rows;
    }

    /// <summary>Rows of a model's answers, and the distinct users and entities among them; shadows do not count.</summary>
    public static (long Rows, long Subjects) Count(DuckConnection connection, IReadOnlyList<string> paths, string model, LogQuery query, CancellationToken cancel)
    {
        using var statement = connection.Prepare($"""
            select count(*), count(distinct coalesce(entity, user_key))
              from read_parquet([{string.Join(", ", paths.Select(Quoted))}], union_by_name = true)
             where epoch_us(answered_at) // 1000 >= $first and epoch_us(answered_at) // 1000 <= $last and model = $model and not shadow
            """);
        statement.Bind("first", query.From).Bind("last", query.To).Bind("model", model);
        using var reader = statement.Query(streaming: false, cancel);
        return reader.Read() && reader.Rows > 0 ? ((long)reader.Value(0, 0)!, (long)reader.Value(1, 0)!) : (0, 0);
    }

    private static LoggedPrediction Row(DuckReader reader, int row) => new()
    {
        PredictionId = (string)reader.Value(0, row)!,
        Row = (int)reader.Value(1, row)!,
        At = (long)reader.Value(2, row)!,
        Environment = (string)reader.Value(3, row)!,
        Deployment = (string)reader.Value(4, row)!,
        Revision = (long)reader.Value(5, row)!,
        Variant = (string)reader.Value(6, row)!,
        Model = (string)reader.Value(7, row)!,
        Version = (string)reader.Value(8, row)!,
        Shadow = (bool)reader.Value(9, row)!,
        User = (string?)reader.Value(10, row),
        Entity = (string?)reader.Value(11, row),
        LatencyMs = (double)reader.Value(12, row)!,
        Inputs = Json(reader, 13, row),
        Features = Json(reader, 14, row),
        Outputs = Json(reader, 15, row),
        Difference = (double?)reader.Value(16, row),
        LabelsEqual = (double?)reader.Value(17, row),
    };

    private static JsonElement? Json(DuckReader reader, int column, int row) =>
        reader.IsNull(column, row) ? null : JsonElement.Parse(reader.Utf8(column, row));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
