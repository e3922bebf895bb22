namespace Orrery.Features;

/// <summary>
/// Reads CSV in the embedded engine, always in the dialect of RFC 4180. Left to itself the engine guesses the dialect from the first rows, and takes
/// quotes that come later for text.
/// </summary>
internal static class CsvSql
{
    /// <summary>A relation with all columns as text. Fields without quotes that are one of the nulls are null.</summary>
    public static string Relation(IReadOnlyCollection<string> paths, IEnumerable<string>? nulls = null, bool isTabbed = false)
    {
        var files = string.Join(", ", paths.Select(Quote.Text));
        var texts = string.Join(", ", (nulls ?? []).Prepend("").Distinct(StringComparer.Ordinal).Select(Quote.Text));
        var delimiter = isTabbed ? "\\t" : ",";
        var byName = paths.Count > 1 ? ", union_by_name = true" : "";
        return $"""
            read_csv([{files}], header = true, all_varchar = true, delim = '{delimiter}', quote = '"', escape = '"', comment = '', skip = 0, strict_mode = true, nullstr = [{texts}], allow_quoted_nulls = false{byName})
            """;
    }
}
