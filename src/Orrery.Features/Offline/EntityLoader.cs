using System.Globalization;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Brings entity rows into the engine.</summary>
internal static class EntityLoader
{
    /// <summary>The column with the time when a request names none.</summary>
    public const string DefaultTimestamp = "event_timestamp";

    /// <summary>
    /// Fills <c>orrery_entity</c>; <c>features.entity_invalid</c>, <c>features.entity_column_missing</c>, <c>features.entity_time_missing</c>,
    /// <c>features.request_data_missing</c>.
    /// </summary>
    public static Result<EntityFrame> Load(DuckLease lease, EntityInput input, string timestamp, EntityNeeds needs, CancellationToken cancel)
    {
        try
        {
            var raw = input is EntityColumns columns ? EntityJson.Fill(lease, columns, cancel) : OfFile(lease, (EntityFile)input, cancel);
            return raw.Failed(out var wrong, out var found) ? wrong : Load(lease, found, timestamp, needs, cancel);
        }
        catch (DuckException e)
        {
            return Failure.Invalid("features.entity_invalid", $"The entity rows cannot be read: {e.Summary}");
        }
    }

    /// <summary>Fills <c>orrery_entity</c> from a relation.</summary>
    public static Result<EntityFrame> Load(DuckLease lease, EntityRelation raw, string timestamp, EntityNeeds needs, CancellationToken cancel)
    {
        if (Check(raw, timestamp, needs) is { } wrong)
            return wrong;
        var time = raw.Find(timestamp)!;
        if (EntitySql.Table(raw, time, needs).Failed(out var mismatch, out var sql))
            return mismatch;
        try
        {
            lease.Connection.Execute(sql, cancel);
        }
        catch (DuckException e) when (Conversions.IsOne(e))
        {
            return Conversions.Explain(lease, raw, time, needs, cancel) ?? Failure.Invalid("features.entity_invalid", $"The entity rows cannot be read: {e.Summary}");
        }

        return Frame(lease, raw, time, needs, cancel);
    }

    private static Result<EntityFrame> Frame(DuckLease lease, EntityRelation raw, SourceColumn time, EntityNeeds needs, CancellationToken cancel)
    {
        using var reader = lease.Connection.Query(EntitySql.Summary, cancel: cancel);
        reader.Read();
        var (rows, timed) = (Number(reader, 0) ?? 0, Number(reader, 1) ?? 0);
        if (timed < rows)
        {
            return Failure.Invalid(
                "features.entity_time_missing",
                string.Create(CultureInfo.InvariantCulture, $"Entity row {Number(reader, 4)} (counted from 0) has no time in column {time.Name}; every row needs one."));
        }

        return new EntityFrame
        {
            Names = [.. raw.Columns.Select(static c => c.Name)],
            Timestamp = raw.Columns.ToList().FindIndex(c => c.Name == time.Name),
            Needs = needs,
            Rows = rows,
            Bounds = new(Number(reader, 2), Number(reader, 3)),
        };
    }

    private static long? Number(DuckReader reader, int column) => reader.Value(column, 0) is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;

    private static Failure? Check(EntityRelation raw, string timestamp, EntityNeeds needs)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (raw.Columns.FirstOrDefault(column => !names.Add(column.Name)) is { } twice)
            return Failure.Invalid("features.entity_invalid", $"The entity rows have two columns called {twice.Name}.");
        if (raw.Find(timestamp) is not { } time)
            return Failure.Invalid("features.entity_column_missing", $"The entity rows have no column {timestamp} with their times.");
        if (time.Type is not (SourceType.Time or SourceType.Zoned or SourceType.Date or SourceType.Text or SourceType.Micros))
            return Failure.Invalid("features.entity_invalid", $"The column {timestamp} is {time.TypeName}; times must be timestamps, dates or ISO 8601 text.");
        var missing = needs.Keys.Where(key => raw.Find(key.Name) is null).Select(static key => key.Name).Distinct().ToList();
        if (missing.Count > 0)
            return Failure.Invalid("features.entity_column_missing", $"The entity rows lack join keys: {string.Join(", ", missing)}.");
        missing = [.. needs.Request.Where(value => raw.Find(value.Name) is null).Select(static value => value.Name).Distinct()];
        return missing.Count > 0
            ? Failure.NotFound("features.request_data_missing", $"The entity rows lack values that on-demand views read from the request: {string.Join(", ", missing)}.")
            : null;
    }

    // All of a CSV file stays what is written in it, but for what the join makes keys and times of.
    private static EntityRelation OfFile(DuckLease lease, EntityFile file, CancellationToken cancel) => file.IsCsv
        ? Relation(CsvSql.Relation([file.Path]), "row_number() over () - 1", lease, cancel)
        : Relation($"read_parquet({Quote.Text(file.Path)})", "file_row_number", lease, cancel);

    private static EntityRelation Relation(string from, string id, DuckLease lease, CancellationToken cancel) => new(
        from, id, [.. lease.Columns(from, cancel).Select(static c => new SourceColumn(c.Name, Quote.Name(c.Name), DuckDbDialect.TypeOf(c.Type), c.Type.ToString()))]);
}

/// <summary>Entity rows that the engine can read, before keys were given their types.</summary>
internal sealed record EntityRelation(string From, string Id, IReadOnlyList<SourceColumn> Columns)
{
    public SourceColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);
}
