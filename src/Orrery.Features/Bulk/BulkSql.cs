namespace Orrery.Features;

/// <summary>SQL of rows that are read in bulk.</summary>
internal static class BulkSql
{
    /// <summary>What stands behind <c>from</c>.</summary>
    /// <param name="format">Of the files.</param>
    /// <param name="files">At least one.</param>
    /// <param name="isTyped">True to have lines of JSON as columns of the types that they seem to be; otherwise each value is JSON.</param>
    public static string Relation(BulkFormat format, IReadOnlyList<BulkFile> files, bool isTyped)
    {
        List<string> paths = [.. files.Select(static file => file.LocalPath)];
        return format switch
        {
            BulkFormat.Csv => CsvSql.Relation(paths, isTabbed: IsTabbed(files[0].Name)),
            BulkFormat.Jsonl => Jsonl(files, paths, isTyped),
            _ => $"read_parquet([{Listed(paths)}]{(paths.Count > 1 ? ", union_by_name = true" : "")})",
        };
    }

    /// <summary>The named columns, as text where they come from lines of JSON.</summary>
    public static string Select(string relation, IEnumerable<string> columns, BulkFormat format) =>
        $"select {string.Join(", ", columns.Select(column => format is BulkFormat.Jsonl ? $"{Quote.Name(column)} ->> '$' as {Quote.Name(column)}" : Quote.Name(column)))} from {Quote.Name(relation)}";

    /// <summary>Writes rows into a file.</summary>
    public static string Copy(string from, string without, string target) =>
        $"copy (select * exclude ({Quote.Name(without)}) from {from}) to {Quote.Text(target)} (format parquet, compression zstd)";

    private static bool IsTabbed(string name) => name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tsv.gz", StringComparison.OrdinalIgnoreCase);

    // Each value stays JSON until it is known what it is wanted as; names are looked for in all lines.
    private static string Jsonl(IReadOnlyList<BulkFile> files, List<string> paths, bool isTyped)
    {
        var compression = files[0].Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? "gzip" : "uncompressed";
        return $"read_json([{Listed(paths)}], format = 'newline_delimited', records = true, {(isTyped ? "" : "maximum_depth = 1, ")}sample_size = -1, compression = '{compression}', union_by_name = true)";
    }

    private static string Listed(IEnumerable<string> paths) => string.Join(", ", paths.Select(Quote.Text));
}
