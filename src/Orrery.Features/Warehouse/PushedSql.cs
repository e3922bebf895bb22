using System.Globalization;

namespace Orrery.Features;

/// <summary>SQL over pushed rows in the embedded engine.</summary>
internal static class PushedSql
{
    /// <summary>Rows of a temporary table and of files as one relation.</summary>
    /// <param name="table">Of rows that are not in files.</param>
    /// <param name="files">Quoted paths.</param>
    /// <param name="moved">The last sequence in files: rows up to it count there.</param>
    /// <param name="until">The last sequence that counts.</param>
    public static string Rows(string table, IReadOnlyList<string> files, long moved, long until)
    {
        var last = until.ToString(CultureInfo.InvariantCulture);
        return files.Count == 0
            ? table
            : string.Create(CultureInfo.InvariantCulture, $"""
                (select sequence, event_time, created_time, columns from {table} where sequence > {moved}
                 union all
                 select sequence, event_time, created_time, columns from read_parquet([{string.Join(", ", files)}]) where sequence <= {last})
                """);
    }

    /// <summary>Makes a temporary table of rows.</summary>
    public static string Create(string table) => $"create temp table {table} (sequence bigint, event_time bigint, created_time bigint, columns varchar)";

    /// <summary>Writes a temporary table of rows to a Parquet file.</summary>
    public static string Export(string table, string path) =>
        $"copy (select sequence, event_time, created_time, columns from {table} order by sequence) to {Quote.Text(path)} (format parquet, compression zstd)";
}
