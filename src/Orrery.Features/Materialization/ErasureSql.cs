namespace Orrery.Features;

/// <summary>SQL of erasures in the embedded engine and in warehouses.</summary>
internal static class ErasureSql
{
    public static string Count(string from, string condition) => $"select count(*) from {from} where {condition}";

    public static string Sequences(string from, string condition) => $"select sequence from {from} where {condition} order by sequence";

    /// <summary>Writes a Parquet file without the rows.</summary>
    public static string WithoutParquet(string from, string condition, string target) =>
        $"copy (select * from {from} where not ({condition})) to {Quote.Text(target)} (format parquet, compression zstd)";

    /// <summary>Writes a CSV file without the rows.</summary>
    public static string WithoutCsv(string from, string condition, string target) =>
        $"copy (select * from {from} where not ({condition})) to {Quote.Text(target)} (format csv, header)";

    /// <summary>Rows of one file.</summary>
    public static string File(string path, bool isCsv) => isCsv
        ? CsvSql.Relation([path], isTabbed: path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase))
        : $"read_parquet({Quote.Text(path)})";
}
