using Orrery.Native;

namespace Orrery.Features;

/// <summary>What is checked: something a query may read from, and its columns.</summary>
/// <param name="Relation">SQL that may follow <c>from</c>: a quoted name or a query in parentheses, with an alias where it needs one.</param>
/// <param name="Columns">Names and DuckDB types, in order.</param>
internal sealed record QualityTable(string Relation, IReadOnlyList<(string Name, string Type)> Columns)
{
    // Columns of the server's own that relations have.
    private static readonly HashSet<string> Own =
        new(StringComparer.Ordinal) { "orrery_row", "orrery_keeps", "file_index", "file_row_number", "sequence", "columns", "event_time", "created_time" };

    /// <summary>A relation of the embedded engine.</summary>
    public static QualityTable Of(DuckConnection connection, string relation, CancellationToken cancel)
    {
        using var reader = connection.Query($"from {relation} limit 0", cancel: cancel);
        return new(relation, [.. reader.Columns.Where(static column => !Own.Contains(column.Name)).Select(static column => (column.Name, column.Type.ToString()))]);
    }

    public string? TypeOf(string column)
    {
        foreach (var (name, type) in Columns)
        {
            if (name == column)
                return type;
        }

        return null;
    }
}
