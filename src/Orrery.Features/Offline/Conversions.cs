using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>Finds the value that could not be made into what is declared, after a query ended because of it.</summary>
internal static class Conversions
{
    private const int Shown = 100;

    /// <summary>Whether a failure is about a value.</summary>
    public static bool IsOne(DuckException e) => e.Type is DuckErrorType.Conversion or DuckErrorType.InvalidInput or DuckErrorType.OutOfRange;

    /// <summary>The first such value of the entity rows; null when there is none.</summary>
    public static Failure? Explain(DuckLease lease, EntityRelation raw, SourceColumn time, EntityNeeds needs, CancellationToken cancel)
    {
        foreach (var (name, type) in needs.Keys.Concat(needs.Request))
        {
            var column = raw.Find(name)!;
            if (DuckDbDialect.Bad(column, type) is { } bad && First(lease, raw.From, column, bad, cancel) is { } value)
                return Failure.Invalid("features.value_invalid", $"The value {value} in column {name} of the entity rows is not of type {type}.");
        }

        return DuckDbDialect.BadTime(time) is { } badTime && First(lease, raw.From, time, badTime, cancel) is { } moment
            ? Failure.Invalid("features.value_invalid", $"The value {moment} in column {time.Name} of the entity rows is not a time; ISO 8601 is.")
            : null;
    }

    /// <summary>The first such value of a source, as a view reads it; null when there is none.</summary>
    public static Failure? Explain(DuckLease lease, SourceRelation relation, FeatureView view, IReadOnlyList<int> fields, CancellationToken cancel)
    {
        var declared = view.Keys.Select(static key => (key.Name, key.Type)).Concat(fields.Select(field => (view.Fields[field].Name, view.Fields[field].Type)));
        foreach (var (name, type) in declared)
        {
            if (relation.Column(name).Failed(out var missing, out var column))
                return missing;
            if (DuckDbDialect.Bad(column, type) is { } bad && First(lease, relation.From, column, bad, cancel) is { } value)
                return Failure.Invalid("features.value_invalid", $"The value {value} in column {column.Name} of source {relation.Source.Name} is not of type {type}, as which {name} is declared.");
        }

        foreach (var time in new[] { relation.Timestamp.Value, relation.Created.Value })
        {
            if (time is not null && DuckDbDialect.BadTime(time) is { } bad && First(lease, relation.From, time, bad, cancel) is { } value)
                return Failure.Invalid("features.value_invalid", $"The value {value} in column {time.Name} of source {relation.Source.Name} is not a time.");
        }

        return null;
    }

    /// <summary>The first such value of what came from a warehouse; null when there is none.</summary>
    public static Failure? Explain(DuckLease lease, string table, IEnumerable<(SourceColumn Column, FeatureField Field)> columns, FeatureSource source, CancellationToken cancel)
    {
        foreach (var (column, field) in columns)
        {
            if (DuckDbDialect.Bad(column, field.Type) is { } bad && First(lease, table, column, bad, cancel) is { } value)
                return Failure.Invalid("features.value_invalid", $"The value {value} in column {column.Name} of source {source.Name} is not of type {field.Type}, as which {field.Name} is declared.");
        }

        return null;
    }

    private static string? First(DuckLease lease, string from, SourceColumn column, string bad, CancellationToken cancel)
    {
        try
        {
            using var reader = lease.Connection.Query(ConversionSql.First(from, column.Sql, bad), cancel: cancel);
            return reader.Read() && reader.Value(0, 0) is string value ? $"'{(value.Length > Shown ? value[..Shown] + "..." : value)}'" : null;
        }
        catch (DuckException)
        {
            return null;
        }
    }
}
