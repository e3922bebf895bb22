using System.Globalization;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>SQL of the rows that privacy works on, for DuckDB.</summary>
internal static class PrivacyRowsStore
{
    /// <summary>What stands behind <c>from</c> for files of Parquet.</summary>
    public static string From(IReadOnlyList<string> files) => $"read_parquet([{string.Join(", ", files.Select(Text))}], union_by_name = true)";

    /// <summary>How many rows there are.</summary>
    public static long Count(DuckConnection connection, string from, CancellationToken cancel)
    {
        using var reader = connection.Query($"select count(*) from {from}", cancel: cancel);
        reader.Read();
        return Convert.ToInt64(reader.Value(0, 0), CultureInfo.InvariantCulture);
    }

    /// <summary>Columns with their types.</summary>
    public static IReadOnlyList<(string Name, string Type)> Columns(DuckConnection connection, string from, CancellationToken cancel)
    {
        using var reader = connection.Query($"from {from} limit 0", cancel: cancel);
        return [.. reader.Columns.Select(static column => (column.Name, column.Type.ToString()!))];
    }

    /// <summary>Reads rows drawn by lot, the same for the same seed, every value as text.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="from">The rows.</param>
    /// <param name="columns">Names.</param>
    /// <param name="rows">How many; all where there are no more.</param>
    /// <param name="seed">Of the lot.</param>
    /// <param name="take">Given each value that is not null: place of the column, and text.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Rows that were read.</returns>
    public static long Sample(DuckConnection connection, string from, IReadOnlyList<string> columns, long rows, int seed, Action<int, string?> take, CancellationToken cancel)
    {
        var select = string.Join(", ", columns.Select(static name => $"cast({Name(name)} as varchar)"));
        var count = 0L;
        using var reader = connection.Query(
            string.Create(CultureInfo.InvariantCulture, $"select {select} from (from {from} using sample reservoir({rows} rows) repeatable ({seed}))"), streaming: true, cancel);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                for (var column = 0; column < columns.Count; column++)
                    take(column, reader.IsNull(column, row) ? null : (string?)reader.Value(column, row));
            }

            count += reader.Rows;
        }

        return count;
    }

    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
